package io.parktls.sockets;

import io.parktls.TlsStapler;
import io.parktls.ocsp.OcspResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the OCSP responses that servers staple to their certificates (RFC 6066 8, RFC 8446 4.4.2.1), from the
 * responders that the certificates name (RFC 5280 4.2.2.1), in the background.
 *
 * {@snippet :
 * OcspStapler stapler = OcspStapler.create(); // one for all identities of a program
 * TlsIdentity identity = TlsIdentity.pem(Path.of("chain.pem"), Path.of("key.pem")).withStapler(stapler);
 * stapler.await(Duration.ofSeconds(10)); // optional: so that the first client gets a response, too
 * TlsServer server = TlsServer.builder(TlsContext.server(identity)).handler(MyServer::serve).open();
 * }
 *
 * <p><b>No handshake waits for a fetch.</b> A virtual thread for each certificate begins when the certificate becomes
 * known, which is in {@link io.parktls.TlsIdentity#withStapler}. Until it has a response, nothing is stapled. It
 * fetches the next response after half of the validity of the current one (thisUpdate to nextUpdate). If a fetch fails,
 * it tries again after a pause that doubles with each failure, with a random part; the current response is stapled until
 * it expires. A certificate has at most one fetch at a time, also if several identities contain it.
 *
 * <p><b>Which responses are stapled.</b> A response must be signed by the issuer of the certificate, or by a responder
 * to whom the issuer has delegated that (RFC 6960 4.2.2.2); it must be for this certificate, current, and
 * {@code good}. A response that states {@code revoked} is not stapled, as in nginx and Caddy: it would only be proof
 * against the server. It is logged, and an earlier response is not stapled any more. A response that states
 * {@code unknown} counts as a failed fetch, because responders may learn of a new certificate with a delay. A response
 * without nextUpdate is stapled for an hour.
 *
 * <p><b>The issuer</b> must be known, since the request names the hash of its key: it is the next certificate in the
 * chain, or one of those given to {@link Builder#issuers}, for chains without their root.
 *
 * <p>Identities may come and go: after an identity has become unreachable, its certificate is forgotten, within ten
 * minutes. {@link #close} ends all fetches; the responses that are present are stapled until they expire.
 *
 * <p>Thread-safe. Failures are logged: the first in a row as a warning, the others as debug messages.
 */
public final class OcspStapler implements TlsStapler, AutoCloseable {
    private final Settings settings;
    private final OcspFetcher fetcher;
    private final Counters counters = new Counters();
    private final Map<X509Certificate, StapledCertificate> certificates = new ConcurrentHashMap<>();

    private volatile boolean closed;

    private OcspStapler(Builder builder) {
        this.settings = new Settings(
                builder.responder,
                builder.issuers,
                builder.wholeChain,
                builder.firstRetry,
                builder.longestRetry,
                builder.clock);
        this.fetcher = new OcspFetcher(builder.client, builder.timeout);
    }

    /** The settings of the builder that concern the certificates. */
    record Settings(
            @Nullable URI responder,
            List<X509Certificate> issuers,
            boolean wholeChain,
            Duration firstRetry,
            Duration longestRetry,
            InstantSource clock) {}

    /** Counts the fetches of all certificates. */
    static final class Counters {
        final LongAdder fetches = new LongAdder();
        final LongAdder failures = new LongAdder();
        volatile @Nullable String lastFailure;

        /** Notes the reason first, so that the statistics have it when they count the failure. */
        void failed(String reason) {
            lastFailure = reason;
            failures.increment();
        }
    }

    /** {@return a new stapler with the default settings} */
    public static OcspStapler create() {
        return builder().build();
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the current responses of a chain, and begins to fetch those of a chain that is not known yet. Returns at
     * once.
     *
     * @param chain the certificates in the order in which the server sends them. The stapler keeps fetching their
     *     responses as long as this list is reachable
     * @return the responses in the order of the chain, with empty arrays for certificates without one
     */
    @Override
    public List<byte[]> responses(List<X509Certificate> chain) {
        if (!settings.wholeChain) {
            return List.of(certificate(chain, 0).response());
        }
        List<byte[]> responses = new ArrayList<>(chain.size());
        for (int i = 0; i < chain.size(); i++) {
            boolean root =
                    chain.get(i).getIssuerX500Principal().equals(chain.get(i).getSubjectX500Principal());
            responses.add(root && i > 0 ? new byte[0] : certificate(chain, i).response());
        }
        return responses;
    }

    private StapledCertificate certificate(List<X509Certificate> chain, int index) {
        X509Certificate certificate = chain.get(index);
        while (true) {
            StapledCertificate known = certificates.get(certificate);
            if (known == null) {
                StapledCertificate created = new StapledCertificate(
                        certificate, Issuers.of(chain, index, settings.issuers), settings, fetcher, counters);
                known = certificates.putIfAbsent(certificate, created);
                known = known == null ? created : known;
            }
            if (known.addUser(chain)) {
                known.start(closed, certificates);
                if (closed) {
                    // The stapler may have been closed before it knew this certificate.
                    known.close();
                }
                return known;
            }
            // The certificate was forgotten at this moment; it is added again.
            certificates.remove(certificate, known);
        }
    }

    /**
     * Waits until each known certificate has a response, for programs whose certificates require one ("must staple",
     * RFC 7633).
     *
     * @param timeout the longest time to wait
     * @return whether each has one; false after the timeout
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean await(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + TimeLimits.nanos(timeout);
        boolean all = true;
        for (StapledCertificate certificate : certificates.values()) {
            all &= certificate.await(deadline);
        }
        return all;
    }

    /** {@return the counters of this stapler} */
    public OcspStaplerStatistics statistics() {
        int stapled = 0;
        for (StapledCertificate certificate : certificates.values()) {
            stapled += certificate.isStapled() ? 1 : 0;
        }
        long failures = counters.failures.sum();
        return new OcspStaplerStatistics(
                certificates.size(), stapled, counters.fetches.sum(), failures, counters.lastFailure);
    }

    /** Lets each certificate's thread read the clock again. For tests, which set the clock. */
    void wake() {
        certificates.values().forEach(StapledCertificate::wake);
    }

    /** Ends all fetches and begins no more. Does not wait for them to end. */
    @Override
    public void close() {
        closed = true;
        certificates.values().forEach(StapledCertificate::close);
        fetcher.close();
    }

    @Override
    public String toString() {
        return "OcspStapler[" + statistics() + "]";
    }

    /** A builder of {@link OcspStapler}s. Not thread-safe. */
    public static final class Builder {
        private @Nullable URI responder;
        private List<X509Certificate> issuers = List.of();
        private boolean wholeChain;
        private Duration timeout = Duration.ofSeconds(10);
        private Duration firstRetry = Duration.ofSeconds(10);
        private Duration longestRetry = Duration.ofHours(1);
        private @Nullable HttpClient client;
        private InstantSource clock = InstantSource.system();

        private Builder() {}

        /**
         * Sets the responder for all certificates. By default it is the first one with an {@code http} or {@code https}
         * address in the certificate's Authority Information Access extension (RFC 5280 4.2.2.1).
         *
         * @param uri the address, for requests by POST (RFC 6960 A.1)
         * @return this builder
         * @throws IllegalArgumentException if the scheme is neither {@code http} nor {@code https}
         */
        public Builder responder(URI uri) {
            if (!"http".equalsIgnoreCase(uri.getScheme()) && !"https".equalsIgnoreCase(uri.getScheme())) {
                throw new IllegalArgumentException("the responder's address must begin with http or https: " + uri);
            }
            this.responder = uri;
            return this;
        }

        /**
         * Sets certificates of issuers, for chains that do not contain them. The default is none.
         *
         * @param certificates the certificates, in any order
         * @return this builder
         */
        public Builder issuers(X509Certificate... certificates) {
            this.issuers = List.of(certificates);
            return this;
        }

        /**
         * Sets whether responses are fetched for all certificates of a chain. The default is false: only for the
         * first. Only TLS 1.3 staples the others (RFC 8446 4.4.2.1), and few clients use them.
         *
         * @param whole whether to fetch the responses of intermediate authorities as well
         * @return this builder
         */
        public Builder wholeChain(boolean whole) {
            this.wholeChain = whole;
            return this;
        }

        /**
         * Sets the longest duration of a fetch, from the connection to the end of the response. The default is 10
         * seconds.
         *
         * @param duration the longest duration, more than zero
         * @return this builder
         * @throws IllegalArgumentException if the duration is not positive
         */
        public Builder timeout(Duration duration) {
            requirePositive("the timeout", duration);
            this.timeout = duration;
            return this;
        }

        /**
         * Sets the pauses after failed fetches. The default is 10 seconds after the first one, doubled with each
         * further one, and at most an hour. Each pause is shortened by a random part of up to one half, so that many
         * servers do not ask at the same moment.
         *
         * @param first the pause after the first failure
         * @param longest the longest pause
         * @return this builder
         * @throws IllegalArgumentException if a pause is not positive
         */
        public Builder retries(Duration first, Duration longest) {
            requirePositive("the first pause", first);
            requirePositive("the longest pause", longest);
            this.firstRetry = first;
            this.longestRetry = longest;
            return this;
        }

        /**
         * Sets the HTTP client, for instance one with a proxy. By default the stapler creates one that speaks HTTP/1.1
         * and follows no redirects. {@link OcspStapler#close} does not close a client that was set. Responses of more
         * than {@value OcspResponse#MAX_LENGTH} bytes are refused with any client.
         *
         * @param choice the client
         * @return this builder
         */
        public Builder httpClient(HttpClient choice) {
            this.client = choice;
            return this;
        }

        Builder clock(InstantSource choice) {
            this.clock = choice;
            return this;
        }

        private static void requirePositive(String what, Duration duration) {
            if (duration.isNegative() || duration.isZero()) {
                throw new IllegalArgumentException(what + " is " + duration + ", but must be more than zero");
            }
        }

        /** {@return a new stapler} */
        public OcspStapler build() {
            return new OcspStapler(this);
        }
    }
}
