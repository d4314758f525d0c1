"""Lab tasks 16-17: the chat server with random nicknames, which /nick NAME changes.

Each line in what recv() gives is one message; a last line without a newline counts too, as
client_send.py never sends one. So messages that arrive together may come out as one.

Try it:  python3 nick.py   and in two or more other terminals, any of:
    nc 127.0.0.1 12345              (or: putty -raw 127.0.0.1 -P 12345)
    netchat-tui 127.0.0.1:12345
"""
import random
import re
import select
import socket
import sys

HOST = "127.0.0.1"  # this computer only; for task 15 (Raspberry Pi) make it "0.0.0.0"
PORT = sys.argv[1] if len(sys.argv) > 1 else "12345"  # 0 means any free port
NICKNAMES = {f"{a}{n}" for a in ("badger", "heron", "otter", "stoat") for n in range(1, 1000)}
nicks = {}  # socket -> nickname


def tell(clients, text):
    for client in clients:
        try:
            client.sendall((text + "\r\n").encode())
        except OSError:  # gone: select() will report this client, and recv() will then say so
            pass


def join(client):
    nicks[client] = random.choice(list(NICKNAMES - set(nicks.values())))
    print(f"{nicks[client]} joined", flush=True)
    tell([client], f"* You are {nicks[client]}")
    tell(nicks.keys() - {client}, f"* {nicks[client]} joined")


def read(client):
    try:
        data = client.recv(1024)
    except OSError:  # reset or timed out: as gone as after a normal close
        data = b""
    if not data:
        client.close()
        nick = nicks.pop(client)
        print(f"{nick} left", flush=True)
        tell(nicks, f"* {nick} left")
    for line in filter(None, data.splitlines()):  # an empty line is no message
        message = line.decode(errors="replace")
        command, _, name = message.rstrip().partition(" ")
        if command != "/nick":
            tell(nicks.keys() - {client}, f"{nicks[client]}: {message}")
        elif name in nicks.values() or not re.fullmatch("[A-Za-z0-9_-]{1,20}", name):
            tell([client], "* That name is taken, or is not 1 to 20 letters, digits, - or _")
        else:
            tell(nicks, f"* {nicks[client]} is now known as {name}")
            nicks[client] = name


server = socket.socket()  # no SO_REUSEADDR, as in the lab: a restart may have to wait a minute
try:
    server.bind((HOST, int(PORT)))
    server.listen(100)  # so many may be waiting when a whole class connects at once
except (ValueError, OverflowError):
    print(f"PORT must be a number from 0 (any free port) to 65535, not {PORT!r}.", file=sys.stderr)
    sys.exit(2)
except OSError as error:
    sys.exit(f"Cannot listen on port {PORT} ({error.strerror}): stop the program that has it,"
             " wait a minute if you have just restarted, or choose another port.")

try:
    print(f"Listening on {HOST}:{server.getsockname()[1]}", flush=True)
    while True:
        for sock in select.select([server, *nicks], [], [])[0]:
            if sock is server:
                join(server.accept()[0])
            else:
                read(sock)
except KeyboardInterrupt:  # Ctrl-C is the way to stop this server, not an error
    pass
