-- TAP, as a bot prints it: local tap = require "tap".
local tap, count = {}, 0

function tap.ok(good, name)
    count = count + 1
    print(("%sok %d - %s"):format(good and "" or "not ", count, name))
end

function tap.is(got, want, name)
    tap.ok(got == want, name)
    if got ~= want then
        print(("# got %s\n# wanted %s"):format(tostring(got), tostring(want)))
    end
end

-- behind the last
function tap.done()
    print("1.." .. count)
end

return tap
