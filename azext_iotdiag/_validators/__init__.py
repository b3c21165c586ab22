"""What people typed → what commands take: every argument is judged here, before any network call.

A validator puts what it read back under the same name, because a command's function gets its declared arguments and
nothing else: `namespace.login` becomes a Target, `namespace.connection_string` a DeviceConnectionString, and
`namespace.since` milliseconds since 1970. One module a command group, beside what they share.
"""
