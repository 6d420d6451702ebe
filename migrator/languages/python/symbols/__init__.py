"""Moving a function, class or variable from one module to another (`move`), or into one of the same meaning (`merge`).

The law: the definition's text stays, every name in it means the object that it meant, and who named it names it at its new place.
Where that cannot be had the move is refused, with the reason and the place.

`definition` says where the definition stands and what it uses, `requirements` how the new module comes by that, `source` and `destination`
write the two modules, `users` everything else. Edits are made by splicing bytes, like every other edit here; what is decided rests on
Python's scopes and on what every mention in the repository resolves to. rope only finds occurrences (`rope`): as a second pair of eyes, on
copies of the files that matter. Its own `MoveGlobal` is not asked for a text, since it breaks decorated definitions, module state,
`TYPE_CHECKING` and `__all__`. `verification` reads the result back, and `loading` sees to it that it can be loaded.
"""
