"""PromQL over NumPy columns: every expression is evaluated at all steps at once.

    storage.append(labels, times, values)         what there is to ask (`storage.Storage`)
    evaluate(parse(query), storage, times).value  a `Vector`: labels, and values and presence as steps × series

Times are integers of milliseconds. Range selectors become rows `low` up to `high` of blocks of series that share their
timestamps; functions work on all windows of a block by index arithmetic and prefix sums (`windows`, `pairs`). What
cannot be evaluated raises `Unsupported`, what Prometheus refuses `PromQLError`.
"""
