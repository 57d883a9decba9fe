"""Pure: space, designs, plan, dispatch policy, errors. Standard library only: no clock, no environment."""
