"""What every store keeps to, sentence by sentence of `state.ports`."""
