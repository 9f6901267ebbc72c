package io.parktls.engine.bouncycastle;

import io.parktls.engine.IdentityChooser;

/**
 * The identity that a handshake uses.
 *
 * @param identity the identity in Bouncy Castle's form
 * @param choice the identity, its key type and the scheme to sign with
 */
record ChosenIdentity(PreparedIdentity identity, IdentityChooser.Choice choice) {}
