/**
 * The servers that are measured, each in a JVM of its own ({@link io.parktls.bench.server.ServerProcess}). Before its
 * first data, a client sends a {@link io.parktls.bench.server.ServiceRequest} that selects what the server does with
 * the connection.
 */
@NullMarked
package io.parktls.bench.server;

import org.jspecify.annotations.NullMarked;
