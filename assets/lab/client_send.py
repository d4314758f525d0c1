"""Lab tasks 10-11: send each line that is typed (`lab_getting_started_client`).

input() takes the newline off and we do not put one back, so a server that waits for whole
lines waits for ever, and messages sent quickly run together. Replies are never read:
client_both.py shows them. Ctrl-D (on Windows Ctrl-Z, Enter) ends it.

Try it:  python3 nick.py, then python3 client_send.py in a second terminal and, to see what
arrives, in a third
    nc 127.0.0.1 12345              (or: putty -raw 127.0.0.1 -P 12345)
    netchat-tui 127.0.0.1:12345
"""
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

try:
    while True:
        message = input()
        server.sendall(message.encode())  # text to bytes; no newline is added
except (EOFError, KeyboardInterrupt):  # the end of the input, or Ctrl-C
    pass
except OSError as error:
    sys.exit(f"The server has gone ({error.strerror}): start it again, then this client.")
server.close()
