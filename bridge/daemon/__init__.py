"""One local server for all editors. In: HTTP and WebSocket. Out: plans, jobs, takes, events.

`create_app(house)` is the whole of it without a socket, `serve(settings)` the program, and
`Embedded(settings)` the same inside another program. A request passes `guard`, then a thin route,
then one function.
"""
