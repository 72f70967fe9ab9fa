-- The manifest: what this bot is and all it may touch. Data only.
return {
    name = "vetting_soap",
    doc = "looks for persons in the person service, for vetting",
    target = "person_service",
    mode = "DEMO",

    -- --set key=value changes these
    set = { host = "persons.force.example" }, -- the person service

    queues = { ["vetting-soap"] = {} },

    -- The reply begins with a code of four digits.
    services = {
        persons = {
            url = "https://${host}", paths = { "/persons" },
            verb = "consultation", type = "xml",
            outcomes = {
                { is = "found", status = { "200" }, has = { ":reply[^>]*>00[01]0" } },
                { is = "not found", status = { "200" },
                    has = { ":reply[^>]*>2001", "NO RECORDS HELD" } },
                { is = "locked", status = { "200" }, has = { ":reply[^>]*>3001" } },
            },
        },
    },

    -- A look-up files nothing.
    navigation = { { url = "https://${host}/persons", methods = { "POST" } } },
}
