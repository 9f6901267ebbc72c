package io.parktls;

import java.util.EnumSet;
import java.util.Set;

/**
 * Signs handshakes with a private key that is not in this JVM: in a key management service, a hardware security module
 * behind a network protocol, or another process. {@link TlsIdentity#of(TlsSigner, java.security.cert.X509Certificate...)}
 * combines it with the certificate chain of its key. For keys of a PKCS #11 token or of another JCA provider no signer
 * is needed: the provider's {@link java.security.PrivateKey} does.
 *
 * {@snippet :
 * // A key in a service that returns the signature of a message over HTTP.
 * TlsSigner remote = (scheme, message) -> {
 *     HttpRequest request = HttpRequest.newBuilder(URI.create("https://keys.example/sign?scheme=" + scheme))
 *             .POST(HttpRequest.BodyPublishers.ofByteArray(message))
 *             .build();
 *     HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
 *     if (response.statusCode() != 200) {
 *         throw new IOException("the key service answered with status " + response.statusCode());
 *     }
 *     return response.body();
 * };
 * TlsIdentity identity = TlsIdentity.pem(Path.of("chain.pem"), remote);
 * }
 *
 * <p><b>Threads.</b> Many handshakes call a signer at the same time, so it must be thread-safe. It may block: a blocking
 * handshake calls it in its own thread, without a place at the gate that limits computing handshakes, and within the
 * handshake's deadline. When the deadline passes or the socket is closed, the thread is interrupted; a signer should
 * then throw, for instance the {@link InterruptedException} of the method that it waits in.
 *
 * <p><b>Errors.</b> An exception ends only the handshake that needed the signature: with an internal_error alert, and
 * an exception that names the class of the signer and the scheme and has the signer's exception as its cause. The
 * message of the signer's exception becomes part of that exception's message, so it should contain no secrets.
 *
 * <p><b>Checks.</b> ParkTLS verifies each signature with the public key of the certificate before sending it. This
 * finds a signer that uses another key or encoding, which the peer would report only as a decrypt_error, and it keeps
 * faulty RSA signatures from the peer, which can reveal the private key (Boneh, DeMillo and Lipton, "On the Importance
 * of Checking Cryptographic Protocols for Faults"). A wrong signature ends the handshake like an exception.
 *
 * <p><b>Engines.</b> Both engines use signers. The JSSE engine can do so with the JDK's provider only. That provider
 * finds implementations of signatures only among the installed security providers. Therefore ParkTLS adds a provider
 * named {@code ParkTLS-Signer} to the end of the list ({@link java.security.Security#addProvider}) when a context with
 * a signer is built for the JSSE engine. It has signatures for keys of signers only and affects no other use.
 */
@FunctionalInterface
public interface TlsSigner {
    /**
     * Signs a message. The scheme determines the algorithm and the hash:
     *
     * <ul>
     *   <li>{@code ecdsa_*}: ECDSA over the SHA-2 hash in the name. The signature is the DER encoding of r and s (RFC
     *       3279 2.2.3), not the two values side by side. In TLS 1.2 the curve in the name has no meaning: the key's
     *       own curve is used (RFC 5246 7.4.1.4.1).
     *   <li>{@code ed25519}, {@code ed448}: the pure variant without a context (RFC 8032).
     *   <li>{@code rsa_pss_*}: RSASSA-PSS with that hash, also for MGF1, and a salt of the length of the hash (RFC 8446
     *       4.2.3).
     *   <li>{@code rsa_pkcs1_*}: RSASSA-PKCS1-v1_5 (RFC 8017 8.2).
     *   <li>{@code mldsa*}: ML-DSA over the message itself, with an empty context (FIPS 204).
     * </ul>
     *
     * @param scheme one of {@link #schemes} that suits the certificate's key
     * @param message the message to sign, not its hash; up to a few hundred bytes for servers and for TLS 1.3, and for
     *     clients in TLS 1.2 all messages of the handshake. The array belongs to the signer
     * @return the signature
     * @throws Exception if the signature cannot be made; ends the handshake
     */
    byte[] sign(SignatureScheme scheme, byte[] message) throws Exception;

    /**
     * {@return the schemes that this signer can sign with} An identity is used only with peers that support one of
     * them. The default is all schemes, of which ParkTLS uses those that suit the certificate's key. Services that
     * restrict a key to one algorithm need to name it here. Called once for each identity, when it is created.
     */
    default Set<SignatureScheme> schemes() {
        return EnumSet.allOf(SignatureScheme.class);
    }
}
