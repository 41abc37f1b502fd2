import sys

import telemetry

provider = telemetry.plain()
from opentelemetry.instrumentation.langchain import LangchainInstrumentor  # noqa: E402

LangchainInstrumentor().instrument(tracer_provider=provider)
from langchain_core.tools import tool  # noqa: E402  after the instrumentation
from langchain_openai import ChatOpenAI  # noqa: E402
from langgraph.prebuilt import create_react_agent  # noqa: E402


@tool
def add(a: float, b: float) -> str:
    """Adds two numbers."""
    return str(a + b)


try:
    agent = create_react_agent(ChatOpenAI(model="gpt-5", max_retries=2), [add])
    agent.invoke({"messages": [("user", sys.argv[1])]})
finally:
    provider.shutdown()
