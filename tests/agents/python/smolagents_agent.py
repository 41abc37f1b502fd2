import os
import sys

import telemetry

provider = telemetry.plain()
from openinference.instrumentation.smolagents import SmolagentsInstrumentor  # noqa: E402

SmolagentsInstrumentor().instrument(tracer_provider=provider)
from smolagents import OpenAIServerModel, ToolCallingAgent, tool  # noqa: E402  after the instrumentation


@tool
def add(a: float, b: float) -> str:
    """Adds two numbers.

    Args:
        a: One.
        b: The other.
    """
    return str(a + b)


try:
    model = OpenAIServerModel(model_id="gpt-5", api_base=os.environ["OPENAI_BASE_URL"], api_key="none")
    ToolCallingAgent(tools=[add], model=model, max_steps=2).run(sys.argv[1])
finally:
    provider.shutdown()
