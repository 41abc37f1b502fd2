import asyncio
import os
import sys

import telemetry

provider = telemetry.plain()
from openinference.instrumentation.llama_index import LlamaIndexInstrumentor  # noqa: E402

LlamaIndexInstrumentor().instrument(tracer_provider=provider)
from llama_index.core.agent.workflow import FunctionAgent  # noqa: E402  after the instrumentation
from llama_index.llms.openai import OpenAI  # noqa: E402


def add(a: float, b: float) -> str:
    """Adds two numbers."""
    return str(a + b)


async def main() -> None:
    model = OpenAI(model="gpt-5", api_key="none", api_base=os.environ["OPENAI_BASE_URL"], max_retries=2)
    await FunctionAgent(tools=[add], llm=model, system_prompt="Adds.").run(sys.argv[1])


try:
    asyncio.run(main())
finally:
    provider.shutdown()
