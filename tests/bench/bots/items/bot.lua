return {
    name = "bench_items",
    doc = "does items that are nothing to do",
    queues = { bench = {} },
}
