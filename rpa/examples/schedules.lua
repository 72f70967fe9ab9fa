-- Schedules to begin with: a copy of it becomes /etc/rpa/schedules.lua. What is
-- there fires only once somebody has approved it: rpa schedule approve hello.
return {
    hello = { bot = "hello", at = "0 9 * * MON-FRI", calendar = {
        division = "england-and-wales" } },
}
