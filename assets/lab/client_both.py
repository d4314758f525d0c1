"""Lab task 12: send each line that is typed, and show what comes back as it arrives.

Like client_send.py it sends no newlines. select() waits for the keyboard and the server at
once (task 13), so a message shows while we type nothing. At the end of the input (Ctrl-D) it
closes at once: replies still on their way are lost. On Windows select() knows sockets only,
so there the keyboard needs a thread of its own.

Try it:  python3 nick.py, then python3 client_both.py in a second terminal and in a third
    nc 127.0.0.1 12345              (or: putty -raw 127.0.0.1 -P 12345)
    netchat-tui 127.0.0.1:12345
"""
import select
import socket
import sys

HOST = "127.0.0.1"  # the server's address; for task 15 that of the Raspberry Pi
PORT = sys.argv[1] if len(sys.argv) > 1 else "12345"

server = socket.socket()
try:
    server.connect((HOST, int(PORT)))
except (ValueError, OverflowError):
    print(f"PORT must be a number from 1 to 65535, not {PORT!r}.", file=sys.stderr)
    sys.exit(2)
except OSError as error:
    sys.exit(f"Cannot connect to {HOST}:{PORT} ({error.strerror}): start a server there first,"
             f" for example: python3 reverse.py {PORT}")

# Unbuffered: lines that Python had read ahead would be hidden from select().
keyboard = open(sys.stdin.fileno(), "rb", buffering=0)
try:
    while True:
        readable, _, _ = select.select([keyboard, server], [], [])
        if server in readable:
            data = server.recv(1024)
            if not data:
                print("The server has closed the connection.", file=sys.stderr)
                break
            sys.stdout.buffer.write(data)  # as bytes: a cut character may end in the next read
            sys.stdout.flush()
        if keyboard in readable:
            line = keyboard.readline()
            if not line:  # Ctrl-D, or the end of a file
                break
            server.sendall(line.rstrip(b"\r\n"))
except KeyboardInterrupt:  # Ctrl-C
    pass
except OSError as error:
    sys.exit(f"The server has gone ({error.strerror}): start it again, then this client.")
server.close()
