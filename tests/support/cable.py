"""A bad cable between two network namespaces: a TUN device in each, and this between them.

    ip netns exec NEAR python3 cable.py FAR DEVICE DELAY LOSS

Packets are DELAY milliseconds under way, and LOSS of a hundred do not arrive. netem would do the same, but not every
kernel is built with it. Never are more than two in a row lost in one direction: what a test waits for then comes in
seconds, where chance alone would let TCP back off for minutes now and then.
"""
import ctypes
import fcntl
import heapq
import itertools
import os
import random
import select
import struct
import sys
import time

far, device, delay, loss = sys.argv[1], sys.argv[2], int(sys.argv[3]) / 1000, int(sys.argv[4])
TUNSETIFF, IFF_TUN, IFF_NO_PI, CLONE_NEWNET = 0x400454CA, 1, 0x1000, 0x40000000


def end():
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", device.encode(), IFF_TUN | IFF_NO_PI))
    return tun


near_end = end()
with open(f"/run/netns/{far}") as namespace:
    if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
far_end = end()

other = {near_end: far_end, far_end: near_end}
lost = {near_end: 0, far_end: 0}
chance = random.Random(20)
under_way = []  # (when it arrives, number, where, packet)
numbers = itertools.count()
print("ready", flush=True)
while True:
    wait = max(0, under_way[0][0] - time.monotonic()) if under_way else None
    for tun in select.select(list(other), [], [], wait)[0]:
        packet = os.read(tun, 65536)
        lost[tun] = lost[tun] + 1 if lost[tun] < 2 and chance.randrange(100) < loss else 0
        if not lost[tun]:
            heapq.heappush(under_way, (time.monotonic() + delay, next(numbers), other[tun], packet))
    while under_way and under_way[0][0] <= time.monotonic():
        _, _, tun, packet = heapq.heappop(under_way)
        try:
            os.write(tun, packet)
        except OSError:  # the device is down: so the cable is too
            pass
