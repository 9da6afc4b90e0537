"""What every mapping of topology.yaml has in common."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from trueline.intent.fields import failure
from trueline.intent.networks import AddressField


class Form(BaseModel):
    """A mapping of the file, in which unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Addressed(Form):
    """Something with one address, or with several (one of each family, say)."""

    address: AddressField | None = Field(default=None, description="Its only address.")
    addresses: list[AddressField] = Field(
        default=[], description="Its addresses, where it has more than one; instead of `address`."
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.address is not None and self.addresses:
            raise failure("has both address and addresses", "keep one of the two keys")
        return self
