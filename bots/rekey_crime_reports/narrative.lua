-- A narrative goes over continuation lines, broken after a space that stays at
-- the end of its line: the lines put together are the narrative, exactly.

local narrative = {}

--- The text as the target will show it, by the folds that rpa.check() names.
function narrative.fold(text, folds)
    local to = {}
    for _, fold in ipairs(folds) do
        to[fold.from] = fold.to
    end
    return (text:gsub(utf8.charpattern, to))
end

--- The lines of a text, none wider than @width once folded. A word wider than
-- that is cut.
function narrative.lines(text, folds, width)
    local lines, line, used = {}, "", 0
    local function size(piece)
        return utf8.len(narrative.fold(piece, folds))
    end
    local function put(piece)
        if used + size(piece) > width then
            lines[#lines + 1] = line
            line, used = "", 0
        end
        line, used = line .. piece, used + size(piece)
    end
    for word in text:gmatch("[^ ]* ?") do
        local whole = size(word) <= width
        for piece in word:gmatch(whole and ".+" or utf8.charpattern) do
            put(piece)
        end
    end
    lines[#lines + 1] = line
    return lines
end

-- Each character of the text once: enough to learn its folds from.
local function alphabet(text)
    local seen, chars = {}, {}
    for char in text:gmatch(utf8.charpattern) do
        if not seen[char] then
            seen[char] = true
            chars[#chars + 1] = char
        end
    end
    return table.concat(chars)
end

--- The lines to key into some fields, one after the other, { { key, show } … }, none
-- wider than the narrowest of them; and the reasons why they cannot be.
function narrative.check(fields, text)
    local lines, reasons, label = {}, {}, fields[1].label
    local width, room = math.huge, 0
    for _, field in ipairs(fields) do
        width, room = math.min(width, field.width), room + field.lines
    end
    local why, folds = rpa.check(label, alphabet(text))
    for _, reason in ipairs(why) do
        if reason:find("no_fold", 1, true) then
            reasons[1] = reason
        end
    end
    for i, line in ipairs(narrative.lines(text, folds, width)) do
        lines[i] = { key = line, show = narrative.fold(line, folds) }
    end
    if #lines > room then
        reasons[#reasons + 1] = "too_wide:" .. label
    end
    return lines, reasons
end

return narrative
