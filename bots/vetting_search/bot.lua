-- The manifest: what this bot is and all it may touch. Data only.
return {
    name = "vetting_search",
    doc = "takes applicants and their associates, and has each looked for in each system",
    mode = "DEMO",

    queues = {
        ["vetting"] = {},
        ["vetting-crime"] = {},
        ["vetting-vt"] = {},
        ["vetting-soap"] = {},
    },
}
