"""Lab tasks 18-19: the chat server of nick.py once more, on the `asyncore` library.

asyncore has the select() loop; we only say what to do on each event. It never blocks in a
send, so here a client that does not read costs memory instead of making everybody wait.
Try it as nick.py: nc 127.0.0.1 12345, PuTTY (raw) or netchat-tui 127.0.0.1:12345, twice.
"""
import random
import re
import sys
import warnings

warnings.simplefilter("ignore", DeprecationWarning)
try:
    import asyncore  # in the standard library up to Python 3.11
except ImportError:
    sys.exit("This Python has no asyncore any more: install it with `pip install pyasyncore`.")

HOST = "127.0.0.1"  # this computer only; for task 15 (Raspberry Pi) make it "0.0.0.0"
PORT = sys.argv[1] if len(sys.argv) > 1 else "12345"  # 0 means any free port
NICKNAMES = {f"{a}{n}" for a in ("badger", "heron", "otter", "stoat") for n in range(1, 1000)}
clients = set()


def tell(receivers, text):
    for client in receivers:
        client.out_buffer += (text + "\r\n").encode()  # the loop sends it as there is room


class Client(asyncore.dispatcher_with_send):
    def __init__(self, sock):
        super().__init__(sock)
        self.nick = random.choice(list(NICKNAMES - {c.nick for c in clients}))
        print(f"{self.nick} joined", flush=True)
        tell([self], f"* You are {self.nick}")
        tell(clients, f"* {self.nick} joined")
        clients.add(self)

    def handle_read(self):
        for line in filter(None, self.recv(1024).splitlines()):  # an empty line is no message
            message = line.decode(errors="replace")
            command, _, name = message.rstrip().partition(" ")
            if command != "/nick":
                tell(clients - {self}, f"{self.nick}: {message}")
            elif name in {c.nick for c in clients} or not re.fullmatch("[A-Za-z0-9_-]{1,20}", name):
                tell([self], "* That name is taken, or is not 1 to 20 letters, digits, - or _")
            else:
                tell(clients, f"* {self.nick} is now known as {name}")
                self.nick = name
        self.initiate_send()  # the answer goes now: after a half-close there is no later

    def handle_close(self):  # recv() and send() call it when they find that the client has gone
        self.close()
        if self in clients:
            clients.remove(self)
            print(f"{self.nick} left", flush=True)
            tell(clients, f"* {self.nick} left")


class Server(asyncore.dispatcher):
    def handle_accepted(self, sock, address):
        Client(sock)


server = Server()
server.create_socket()  # no SO_REUSEADDR, as in the lab: a restart may have to wait a minute
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
    print(f"Listening on {HOST}:{server.socket.getsockname()[1]}", flush=True)
    asyncore.loop()
except KeyboardInterrupt:  # Ctrl-C is the way to stop this server, not an error
    pass
