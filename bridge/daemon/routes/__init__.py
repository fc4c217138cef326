"""The routes, one thin module a subject: parse, call one function, answer."""
