package io.parktls.engine.bouncycastle;

import io.parktls.CipherSuite;
import io.parktls.TlsProtocolException;
import io.parktls.TlsVersion;
import io.parktls.record.AeadAlgorithm;
import io.parktls.record.AeadCiphers;
import io.parktls.record.RecordFormat;
import io.parktls.record.RecordOpener;
import io.parktls.record.RecordSealer;
import io.parktls.record.TrafficKey;
import io.parktls.record.TrafficSecret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.TlsCryptoUtils;
import org.bouncycastle.tls.crypto.TlsDecodeResult;
import org.bouncycastle.tls.crypto.TlsEncodeResult;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.TlsImplUtils;
import org.jspecify.annotations.Nullable;

/**
 * Protects handshake records on behalf of Bouncy Castle with the record layer's own sealer and opener. The record layer
 * takes over those of the last cipher when the handshake is done.
 */
final class HandshakeCipher implements TlsCipher {
    private static final int IV_LENGTH = 12;

    private final RecordSealer sealer;
    private final RecordOpener opener;
    private final @Nullable TrafficSecret writeSecret;
    private final @Nullable TrafficSecret readSecret;

    private HandshakeCipher(
            TrafficKey writeKey,
            TrafficKey readKey,
            @Nullable TrafficSecret writeSecret,
            @Nullable TrafficSecret readSecret) {
        this.sealer = new RecordSealer(writeKey);
        this.opener = new RecordOpener(readKey);
        this.writeSecret = writeSecret;
        this.readSecret = readSecret;
    }

    /** The start of the record that has been opened but not yet passed to Bouncy Castle; -1 if there is none. */
    private int opened = -1;

    static HandshakeCipher create(TlsCrypto crypto, CipherSelection selection, TlsCryptoParameters parameters)
            throws IOException {
        SecurityParameters security = parameters.getSecurityParametersHandshake();
        CipherSuite suite = CipherSuite.of(security.getCipherSuite());
        AeadCiphers ciphers = selection.of(suite);
        return suite.version() == TlsVersion.TLS_1_3
                ? create13(crypto, suite, ciphers, security, parameters.isServer())
                : create12(suite, ciphers, parameters);
    }

    private static HandshakeCipher create13(
            TlsCrypto crypto, CipherSuite suite, AeadCiphers ciphers, SecurityParameters security, boolean server)
            throws IOException {
        TlsSecret client = security.getTrafficSecretClient();
        TlsSecret peer = security.getTrafficSecretServer();
        TlsSecret write = server ? peer : client;
        TlsSecret read = server ? client : peer;
        int hash = security.getPRFCryptoHashAlgorithm();
        return new HandshakeCipher(
                key13(ciphers, hash, write),
                key13(ciphers, hash, read),
                new TrafficSecret(suite, ciphers, copy(crypto, write)),
                new TrafficSecret(suite, ciphers, copy(crypto, read)));
    }

    /**
     * Derives a traffic key (RFC 8446 7.3). The result equals that of {@link TrafficSecret#key}, which looks up a KDF
     * in the JDK. During a handshake that lookup would allocate as much memory as all other derivations together.
     */
    private static TrafficKey key13(AeadCiphers ciphers, int hash, TlsSecret secret) throws IOException {
        return new TrafficKey(
                ciphers,
                TlsVersion.TLS_1_3,
                expandLabel(secret, hash, "key", ciphers.keyLength()),
                expandLabel(secret, hash, "iv", IV_LENGTH));
    }

    private static byte[] expandLabel(TlsSecret secret, int hash, String label, int length) throws IOException {
        return TlsCryptoUtils.hkdfExpandLabel(secret, hash, label, TlsUtils.EMPTY_BYTES, length)
                .extract();
    }

    /** Derives both traffic keys of TLS 1.2 (RFC 5246 6.3). AEAD suites need no MAC keys. */
    private static HandshakeCipher create12(CipherSuite suite, AeadCiphers ciphers, TlsCryptoParameters parameters) {
        AeadAlgorithm algorithm = AeadAlgorithm.of(suite);
        int keyLength = algorithm.keyLength();
        int ivLength = IV_LENGTH - algorithm.explicitNonce12();
        byte[] block = TlsImplUtils.calculateKeyBlock(parameters, 2 * keyLength + 2 * ivLength);
        int ivs = 2 * keyLength;
        TrafficKey client = new TrafficKey(
                ciphers,
                TlsVersion.TLS_1_2,
                Arrays.copyOf(block, keyLength),
                Arrays.copyOfRange(block, ivs, ivs + ivLength));
        TrafficKey server = new TrafficKey(
                ciphers,
                TlsVersion.TLS_1_2,
                Arrays.copyOfRange(block, keyLength, ivs),
                Arrays.copyOfRange(block, ivs + ivLength, block.length));
        Arrays.fill(block, (byte) 0);
        return parameters.isServer()
                ? new HandshakeCipher(server, client, null, null)
                : new HandshakeCipher(client, server, null, null);
    }

    /** Returns a copy of the bytes of a secret that Bouncy Castle continues to use. */
    static byte[] copy(TlsCrypto crypto, TlsSecret secret) {
        return crypto.adoptSecret(secret).extract();
    }

    /**
     * Returns whether this end already writes under this cipher. In TLS 1.3 that is the case whenever the engine waits
     * for input; in TLS 1.2 from change_cipher_spec on, which is immediately followed by Finished.
     */
    boolean isWriting() {
        return writeSecret != null || sealer.sequence() > 0;
    }

    /**
     * Opens a record in place. The engine checks the content before it passes the record to Bouncy Castle, which then
     * gets the content from {@link #decodeCiphertext}.
     *
     * @return the opener, which has the position of the content
     */
    RecordOpener open(byte[] record, int start) throws TlsProtocolException {
        opened = -1;
        opener.open(record, start, record, opener.contentStart(start));
        opened = start;
        return opener;
    }

    RecordSealer sealer() {
        return sealer;
    }

    RecordOpener opener() {
        return opener;
    }

    @Nullable
    TrafficSecret writeSecret() {
        return writeSecret;
    }

    @Nullable
    TrafficSecret readSecret() {
        return readSecret;
    }

    @Override
    public TlsEncodeResult encodePlaintext(
            long sequence,
            short contentType,
            ProtocolVersion recordVersion,
            int headerAllocation,
            byte[] plaintext,
            int offset,
            int length) {
        ByteBuffer record = ByteBuffer.allocate(length + sealer.overhead());
        sealer.seal(contentType, ByteBuffer.wrap(plaintext, offset, length), length, record);
        return new TlsEncodeResult(record.array(), 0, record.position(), record.get(0));
    }

    @Override
    public TlsDecodeResult decodeCiphertext(
            long sequence, short recordType, ProtocolVersion recordVersion, byte[] ciphertext, int offset, int length)
            throws IOException {
        // The engine offers whole records, and Bouncy Castle keeps the header in front of the fragment.
        int start = offset - RecordFormat.HEADER;
        if (opened != start) {
            throw new TlsFatalAlert(AlertDescription.internal_error, "the engine has not opened this record");
        }
        opened = -1;
        return new TlsDecodeResult(
                ciphertext, opener.contentStart(start), opener.contentLength(), (short) opener.type());
    }

    @Override
    public void rekeyDecoder() throws IOException {
        throw new TlsFatalAlert(AlertDescription.internal_error, "KeyUpdate is handled by the record layer");
    }

    @Override
    public void rekeyEncoder() throws IOException {
        throw new TlsFatalAlert(AlertDescription.internal_error, "KeyUpdate is handled by the record layer");
    }

    @Override
    public boolean usesOpaqueRecordTypeDecode() {
        return readSecret != null;
    }

    @Override
    public boolean usesOpaqueRecordTypeEncode() {
        return writeSecret != null;
    }

    @Override
    public int getCiphertextDecodeLimit(int plaintextLimit) {
        return opener.fragmentLimit();
    }

    @Override
    public int getCiphertextEncodeLimit(int plaintextLimit) {
        return plaintextLimit + sealer.overhead() - RecordFormat.HEADER;
    }

    @Override
    public int getPlaintextDecodeLimit(int ciphertextLimit) {
        return ciphertextLimit - opener.overhead() + RecordFormat.HEADER;
    }

    @Override
    public int getPlaintextEncodeLimit(int ciphertextLimit) {
        return ciphertextLimit - sealer.overhead() + RecordFormat.HEADER;
    }
}
