"""The language DTDL itself, version 2 to 4: judges the documents of a model as its specifications do.

`judge` walks the documents element by element. The rules are data: `kinds` says which elements a version has and which
keys each may have, `extensions` and `units` what an extension adds, `contexts` which of them a document names. `words`
resolves a name or identifier, `literals` judges plain values, `graph` what holds between elements. A `Rule` (`rules`)
says which entry of the knowledge base a finding has, and who accepts what the language forbids.

Nothing here compiles a model: that is for `payload.documents`, which reads more than the language allows.
"""
