// Types what comes on standard input with nut.js, as fast as it goes.
const { readFileSync } = require("node:fs");
const { keyboard } = require("@nut-tree-fork/nut-js");

keyboard.config.autoDelayMs = 0;
process.stdout.write("ready\n");
keyboard.type(readFileSync(0, "utf8")).then(() => process.exit(0));
