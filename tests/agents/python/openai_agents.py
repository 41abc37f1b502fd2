import sys

import telemetry

provider = telemetry.plain()
from openinference.instrumentation.openai_agents import OpenAIAgentsInstrumentor  # noqa: E402

OpenAIAgentsInstrumentor().instrument(tracer_provider=provider)
from agents import Agent, Runner, function_tool  # noqa: E402  after the instrumentation


@function_tool
def add(a: float, b: float) -> str:
    """Adds two numbers."""
    return str(a + b)


try:
    helper = Agent(name="helper", model="gpt-5")
    task = helper.as_tool(tool_name="task", tool_description="Has the helper do it.")
    Runner.run_sync(Agent(name="adder", model="gpt-5", tools=[add, task]), sys.argv[1])
finally:
    provider.shutdown()
