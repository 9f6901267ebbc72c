/**
 * {@code parktls connect} and {@code parktls serve}: in the spirit of {@code openssl s_client} and {@code s_server}.
 */
@NullMarked
package io.parktls.bench.cli;

import org.jspecify.annotations.NullMarked;
