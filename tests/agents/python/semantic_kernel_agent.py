import asyncio
import os
import sys

os.environ["SEMANTICKERNEL_EXPERIMENTAL_GENAI_ENABLE_OTEL_DIAGNOSTICS"] = "true"
import telemetry  # noqa: E402

# Its own spans tell neither cache nor thoughts; those of the SDK within them do.
provider = telemetry.start()
from semantic_kernel.agents import ChatCompletionAgent  # noqa: E402  after the instrumentation
from semantic_kernel.connectors.ai.open_ai import OpenAIChatCompletion  # noqa: E402
from semantic_kernel.functions import kernel_function  # noqa: E402


class Adder:
    @kernel_function(name="add", description="Adds two numbers.")
    def add(self, a: float, b: float) -> str:
        return str(a + b)


async def main() -> None:
    agent = ChatCompletionAgent(service=OpenAIChatCompletion(ai_model_id="gpt-5"), name="adder", plugins=[Adder()])
    await agent.get_response(messages=sys.argv[1])


try:
    asyncio.run(main())
finally:
    provider.shutdown()
