"""Pure: space, designs, plan, dispatch policy, errors. Standard library only; no clock, random source or environment."""
