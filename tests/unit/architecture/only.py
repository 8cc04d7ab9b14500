"""A kind of import contract that import-linter lacks: some modules may import nothing but what is listed."""

import sys
from typing import Any

import grimp
from importlinter import Contract, ContractCheck, fields, output
from importlinter.domain.helpers import module_expressions_to_modules
from importlinter.domain.imports import Module


class OnlyContract(Contract):
    """The modules, taken as packages, import directly only themselves, the standard library and `allowed_modules`.

    `except_modules` are parts of the standard library that stay forbidden: the clock and the outside world.
    """

    type_name = "only"

    modules = fields.SetField(subfield=fields.ModuleExpressionField())
    allowed_modules = fields.SetField(subfield=fields.ModuleField())
    except_modules = fields.SetField(subfield=fields.StringField(), required=False)

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002 - import-linter's signature
        """Return every direct import of a module that is not on the list."""
        sources: Any = self.modules
        modules = module_expressions_to_modules(graph, sources)
        broken = [
            (inner.name, imported)
            for module in sorted(modules, key=lambda one: str(one.name))
            for inner in sorted(module_expressions_to_modules(graph, [_package(module)], as_packages=True), key=str)
            for imported in sorted(graph.find_modules_directly_imported_by(inner.name))
            if not self._may(module, imported)
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print one line for each forbidden import."""
        for importer, imported in check.metadata["broken"]:
            output.print_error(f"{importer} must not import {imported}", bold=False)

    def _may(self, module: Module, imported: str) -> bool:
        allowed: Any = self.allowed_modules
        excepted: Any = self.except_modules or ()
        root = imported.split(".", 1)[0]
        if root in sys.stdlib_module_names:
            return root not in excepted
        return any(imported == one or imported.startswith(f"{one}.") for one in (module.name, *map(_name, allowed)))


def _name(module: Module) -> str:
    return str(module.name)


def _package(module: Module) -> Any:
    return fields.ModuleExpressionField().parse(module.name)
