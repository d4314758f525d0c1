"""Lab tasks 7-9: answer every message in upper case until the client goes.

A message over 1024 bytes arrives in several recv() calls and gets several replies, but
unlike reverse.py this server survives a cut in the middle of a character.

Try it:  python3 upper.py   and in a second terminal one of:
    nc 127.0.0.1 12345              (or: putty -raw 127.0.0.1 -P 12345)
    netchat-tui 127.0.0.1:12345
"""
import codecs
import socket
import sys

HOST = "127.0.0.1"  # this computer only; for task 15 (Raspberry Pi) make it "0.0.0.0"
PORT = sys.argv[1] if len(sys.argv) > 1 else "12345"  # 0 means any free port


def serve(client):
    # Keeps the first bytes of a cut character until the rest arrives; bad bytes become U+FFFD.
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    while True:
        data = client.recv(1024)
        if not data:  # b"" means that the client has closed its side
            return
        text = decoder.decode(data)
        if text:  # it is empty when all that has arrived is part of one character
            client.sendall((text.rstrip("\r\n").upper() + "\r\n").encode())


server = socket.socket()  # no SO_REUSEADDR, as in the lab: a restart may have to wait a minute
try:
    server.bind((HOST, int(PORT)))
    server.listen(5)  # about this many more clients may connect and wait for their turn
except (ValueError, OverflowError):
    print(f"PORT must be a number from 0 (any free port) to 65535, not {PORT!r}.", file=sys.stderr)
    sys.exit(2)
except OSError as error:
    sys.exit(f"Cannot listen on port {PORT} ({error.strerror}): stop the program that has it,"
             " wait a minute if you have just restarted, or choose another port.")

try:
    print(f"Listening on {HOST}:{server.getsockname()[1]}", flush=True)
    while True:  # one client at a time: the next accept() waits until this client has gone
        client, (host, port) = server.accept()
        print(f"{host}:{port} joined", flush=True)
        with client:  # closes it, whatever happens
            try:
                serve(client)
            except OSError:  # reset, broken pipe or timed out: this client has gone, we go on
                pass
        print(f"{host}:{port} left", flush=True)
except KeyboardInterrupt:  # Ctrl-C is the way to stop this server, not an error
    pass
