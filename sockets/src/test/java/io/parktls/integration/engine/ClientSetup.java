package io.parktls.integration.engine;

import java.security.KeyStore;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a client.
 *
 * @param keys the client's identity; null for none
 * @param authorities the authorities that the client trusts
 * @param http2 whether the client offers HTTP/2
 */
record ClientSetup(@Nullable KeyStore keys, KeyStore authorities, boolean http2) {}
