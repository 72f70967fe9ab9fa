#!/usr/bin/env python3
"""The colours in a part of a picture, one a line: pixels.py FILE X Y W H.

Of PNG (ISO/IEC 15948) only what pictures of runs are: 8 bits a sample, with a palette
or RGB, not interlaced."""
import struct
import sys
import zlib


def chunks(png):
    at = 8
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at:at + 8])
        yield kind, png[at + 8:at + 8 + size]
        at += size + 12


def paeth(a, b, c):
    p = a + b - c
    return min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]


def unfilter(kind, line, above, step):
    for i, byte in enumerate(line):
        a = line[i - step] if i >= step else 0
        b = above[i]
        c = above[i - step] if i >= step else 0
        line[i] = (byte + [0, a, b, (a + b) // 2, paeth(a, b, c)][kind]) % 256


def rows(png):
    parts, data = {}, b""
    for kind, body in chunks(png):
        parts[kind] = body
        data += body if kind == b"IDAT" else b""
    w, h, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", parts[b"IHDR"])
    assert depth == 8 and colour in (2, 3) and not interlaced, (depth, colour)
    step = 1 if colour == 3 else 3
    palette = parts.get(b"PLTE", b"")
    data, above = zlib.decompress(data), bytearray(w * step)
    for y in range(h):
        at = y * (w * step + 1)
        line = bytearray(data[at + 1:at + 1 + w * step])
        unfilter(data[at], line, above, step)
        above = line
        yield [palette[3 * i:3 * i + 3] if step == 1 else bytes(line[3 * x:3 * x + 3])
               for x, i in enumerate(line[::step])]


def main():
    x, y, w, h = map(int, sys.argv[2:])
    with open(sys.argv[1], "rb") as file:
        picture = list(rows(file.read()))
    part = [line[x:x + w] for line in picture[y:y + h]]
    assert part and all(len(line) == w for line in part), "outside of the picture"
    print("\n".join(sorted({colour.hex() for line in part for colour in line})))


if __name__ == "__main__":
    main()
