"""Whether a device computes in bfloat16 itself; where it does not, it is slower than float32."""

from __future__ import annotations

import torch


def has_bfloat16(device: torch.device) -> bool:
    """Whether matrix products in bfloat16 are the device's own."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    capabilities = getattr(torch.cpu, "get_capabilities", dict)()
    return device.type == "cpu" and any(
        capabilities.get(name) for name in ("avx512_bf16", "amx_bf16", "bf16")
    )
