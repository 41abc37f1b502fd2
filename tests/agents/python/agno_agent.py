import sys

import telemetry

provider = telemetry.plain()
from openinference.instrumentation.agno import AgnoInstrumentor  # noqa: E402

AgnoInstrumentor().instrument(tracer_provider=provider)
from agno.agent import Agent  # noqa: E402  after the instrumentation
from agno.models.openai import OpenAIChat  # noqa: E402


def add(a: float, b: float) -> str:
    """Adds two numbers."""
    return str(a + b)


try:
    Agent(model=OpenAIChat(id="gpt-5", max_retries=2), tools=[add], telemetry=False).run(sys.argv[1])
finally:
    provider.shutdown()
