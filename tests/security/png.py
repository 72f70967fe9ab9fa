#!/usr/bin/env python3
"""png.py FILE X Y WIDTH HEIGHT: are these pixels black? Prints "black", or how
many are not. Reads PNG by itself: 8 bits or fewer, palette or RGB, filters."""
import struct
import sys
import zlib


def unfilter(kind, line, above, step):
    if kind == 0:
        return line
    for i, value in enumerate(line):
        left = line[i - step] if i >= step else 0
        up = above[i]
        corner = above[i - step] if i >= step else 0
        if kind == 1:
            value += left
        elif kind == 2:
            value += up
        elif kind == 3:
            value += (left + up) // 2
        elif kind == 4:
            guess = left + up - corner
            value += min((left, up, corner), key=lambda v: abs(guess - v))
        line[i] = value & 255
    return line


def read(path):
    """Width, rows of bytes, and a function that gives pixel x of a row."""
    data = open(path, "rb").read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", "no PNG"
    at, chunks, palette = 8, b"", []
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        at += 12 + size
        if kind == b"IHDR":
            width, height, bits, colour = struct.unpack(">IIBB", body[:10])
        elif kind == b"PLTE":
            palette = [tuple(body[i:i + 3]) for i in range(0, size, 3)]
        elif kind == b"IDAT":
            chunks += body
    raw, step = zlib.decompress(chunks), 3 if colour == 2 else 1
    length, each = (width * step * bits + 7) // 8, 8 // bits
    above, rows = bytearray(length), []
    for start in range(0, height * (length + 1), length + 1):
        above = unfilter(raw[start], bytearray(raw[start + 1:start + 1 + length]),
                         above, step)
        rows.append(above)

    def pixel(row, x):
        if colour == 2:
            return tuple(row[3 * x:3 * x + 3])
        shift = 8 - bits - x % each * bits
        return palette[row[x // each] >> shift & (1 << bits) - 1]

    return width, rows, pixel


def main():
    full, rows, pixel = read(sys.argv[1])
    if len(sys.argv) == 2:
        print(full, len(rows))
        return
    x, y, width, height = map(int, sys.argv[2:])
    lit = sum(pixel(row, col) != (0, 0, 0) for row in rows[y:y + height]
              for col in range(x, min(x + width, full)))
    print("black" if lit == 0 else lit)


main()
