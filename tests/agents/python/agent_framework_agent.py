import asyncio
import sys

import telemetry

provider = telemetry.plain()
from agent_framework import Agent  # noqa: E402  after the provider
from agent_framework.observability import enable_instrumentation  # noqa: E402
from agent_framework.openai import OpenAIChatClient  # noqa: E402

enable_instrumentation()


def add(a: float, b: float) -> str:
    """Adds two numbers."""
    return str(a + b)


async def main() -> None:
    await Agent(client=OpenAIChatClient(model="gpt-5", api_key="none"), name="adder", tools=[add]).run(sys.argv[1])


try:
    asyncio.run(main())
finally:
    provider.shutdown()
