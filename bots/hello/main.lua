-- The README's first bot: types into a terminal and reads what came.
local grid = rpa.window("Hello"):grid()
grid:wait("$")
grid:type("echo hello") -- typed, then read back from the screen
grid:key("Enter") -- a commit act: fenced, alone in the audit
grid:wait({ text = "hello", row = 2 })
print(grid:lines()[2])
