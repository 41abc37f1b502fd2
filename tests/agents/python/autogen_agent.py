import asyncio
import sys

import telemetry

provider = telemetry.start()
from autogen_agentchat.agents import AssistantAgent  # noqa: E402  after the instrumentation
from autogen_core.models import ModelFamily  # noqa: E402
from autogen_ext.models.openai import OpenAIChatCompletionClient  # noqa: E402


def add(a: float, b: float) -> str:
    """Adds two numbers."""
    return str(a + b)


async def main() -> None:
    info = {"vision": False, "function_calling": True, "json_output": True, "structured_output": True, "family": ModelFamily.GPT_5}
    model = OpenAIChatCompletionClient(model="gpt-5", model_info=info, max_retries=2)
    agent = AssistantAgent("adder", model_client=model, tools=[add], reflect_on_tool_use=True)
    await agent.run(task=sys.argv[1])
    await model.close()


try:
    asyncio.run(main())
finally:
    provider.shutdown()
