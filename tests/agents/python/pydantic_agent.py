import sys

import logfire

logfire.configure(send_to_logfire=False, console=False)  # it exports to OTEL_EXPORTER_OTLP_ENDPOINT by itself
logfire.instrument_pydantic_ai()
logfire.instrument_httpx()
from pydantic_ai import Agent  # noqa: E402

agent = Agent("openai-chat:gpt-5", retries=1)


@agent.tool_plain
def add(a: float, b: float) -> str:
    """Adds two numbers."""
    return str(a + b)


try:
    agent.run_sync(sys.argv[1])
finally:
    logfire.shutdown()
