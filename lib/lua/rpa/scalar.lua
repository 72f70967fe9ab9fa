-- The text of what is one value, as all that is sent or written has it.

local scalar = {}

-- nil for what has none, and why: a table, null, nil, infinity
function scalar.text(value)
    local kind = type(value)
    if kind == "string" then
        return value
    elseif kind == "boolean" or kind == "number" and value - value == 0 then
        return tostring(value)
    elseif kind == "number" then
        return nil, tostring(value) .. " is no number to send"
    end
    return nil, (kind == "userdata" and "null" or kind) .. " is no text"
end

-- Why a table is no list from 1 on, names aside if it may have some; nil if it is
-- one. What is nil in the middle would else end it early.
function scalar.hole(list, named)
    for key in pairs(list) do
        if type(key) == "string" then
            if not named then
                return ("it has the name '%s'"):format(key)
            end
        elseif math.type(key) ~= "integer" or key < 1 or key > #list then
            return "one of it is nil"
        end
    end
    for i = 1, #list do
        if list[i] == nil then
            return ("the %d. of it is nil"):format(i)
        end
    end
    return nil
end

return scalar
