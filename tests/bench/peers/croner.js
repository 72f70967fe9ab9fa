// COUNT, then expressions on standard input: how many next times a second, then
// the times themselves, in seconds, each expression's on a line.
const { readFileSync } = require("node:fs");
const { Cron } = require("croner");

const count = Number(process.argv[2]);
const jobs = readFileSync(0, "utf8").trim().split("\n")
  .map((line) => new Cron(line, { timezone: "Europe/London", paused: true }));
const lines = [];
const began = process.hrtime.bigint();
for (const job of jobs) {
  const times = [];
  let at = new Date(Date.UTC(2026, 0, 1));
  for (let i = 0; i < count; i++) times.push((at = job.nextRun(at)) / 1000);
  lines.push(times.join(" "));
}
const s = Number(process.hrtime.bigint() - began) / 1e9;
console.log((jobs.length * count) / s);
console.log(lines.join("\n"));
