package io.parktls.integration;

/**
 * The server that a client connects to, as the client sees it.
 *
 * @param host the name or address that the certificate has to be for
 * @param trust the authorities that the client trusts
 */
public record Target(String host, int port, ClientTrust trust) {}
