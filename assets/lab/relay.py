"""Lab tasks 13-14: a chat server with select(); what one client sends goes to all the others.

The bytes are passed on just as recv() gave them: nothing marks where a message ends, who sent
it, or that somebody joined. One client that never reads makes sendall() wait, and so everybody.

Try it:  python3 relay.py   and in two or more other terminals, any of:
    nc 127.0.0.1 12345              (or: putty -raw 127.0.0.1 -P 12345)
    netchat-tui 127.0.0.1:12345
"""
import select
import socket
import sys

HOST = "127.0.0.1"  # this computer only; for task 15 (Raspberry Pi) make it "0.0.0.0"
PORT = sys.argv[1] if len(sys.argv) > 1 else "12345"  # 0 means any free port
clients = {}  # socket -> "address:port"


def drop(client):
    print(f"{clients.pop(client)} left", flush=True)
    client.close()


def relay(sender):
    """Pass what has arrived from one client on to all the others."""
    try:
        data = sender.recv(1024)
    except OSError:  # reset or timed out: as gone as after a normal close
        data = b""
    if not data:
        drop(sender)
        return
    for client in list(clients):  # a copy, because drop() changes the original
        if client is not sender:
            try:
                client.sendall(data)
            except OSError:
                drop(client)


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
        readable, _, _ = select.select([server, *clients], [], [])
        for sock in readable:
            if sock is server:
                client, (host, port) = server.accept()
                clients[client] = f"{host}:{port}"
                print(f"{clients[client]} joined", flush=True)
            elif sock in clients:  # it may have been dropped a moment ago, by relay()
                relay(sock)
except KeyboardInterrupt:  # Ctrl-C is the way to stop this server, not an error
    pass
