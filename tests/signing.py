"""Headers of callers that are named once for a whole module: a token lives ten minutes, all tests together longer."""

from collections.abc import Callable, Iterator, Mapping


class Signed(Mapping[str, str]):
    """The header of a caller, with a token that is signed anew whenever it is read."""

    def __init__(self, sign: Callable[[], str]) -> None:
        self._sign = sign

    def __getitem__(self, name: str) -> str:
        if name != "Authorization":
            raise KeyError(name)
        return f"Bearer {self._sign()}"

    def __iter__(self) -> Iterator[str]:
        return iter(("Authorization",))

    def __len__(self) -> int:
        return 1

    def __or__(self, other: Mapping[str, str]) -> dict[str, str]:
        return {**self, **other}

    def __ror__(self, other: Mapping[str, str]) -> dict[str, str]:
        return {**other, **self}
