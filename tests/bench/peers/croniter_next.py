"""COUNT, then expressions on standard input: how many next times a second, then
the times themselves, in seconds, each expression's on a line."""
import datetime
import sys
import time
import pytz

from croniter import croniter

count = int(sys.argv[1])
begin = pytz.timezone("Europe/London").localize(datetime.datetime(2026, 1, 1))
jobs = [croniter(line, begin) for line in sys.stdin.read().splitlines()]
began = time.perf_counter()
lines = [[job.get_next(datetime.datetime) for _ in range(count)] for job in jobs]
print(len(jobs) * count / (time.perf_counter() - began))
for times in lines:
    print(*(int(at.timestamp()) for at in times))
