/** A refusal of the simulated kernel or of one of its tools. */
export class Refusal extends Error {}
