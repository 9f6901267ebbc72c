package io.parktls;

import io.parktls.TlsTicketKeys.Opened.Result;
import io.parktls.tickets.LoadedTicketKeys;
import io.parktls.tickets.ProcessTicketKeys;
import io.parktls.tickets.SharedTicketKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * The keys with which servers seal session tickets (RFC 5077 4, RFC 8446 4.6.1). A ticket holds the whole state of a
 * session, encrypted and authenticated, and the client keeps it. A server that has the key resumes the session, and
 * stores nothing itself.
 *
 * {@snippet :
 * TlsTicketKeys own = TlsTicketKeys.perProcess();                     // this process resumes its own sessions
 * TlsTicketKeys fleet = TlsTicketKeys.shared(secret);                 // so do all servers with the same secret
 * TlsTicketKeys rolled = TlsTicketKeys.shared(newSecret, oldSecret);  // after the secret has been replaced
 * TlsTicketKeys files = TlsTicketKeys.files(Path.of("current.key"), Path.of("previous.key"));
 * TlsTicketKeys vault = TlsTicketKeys.of(() -> vault.ticketKeys(), Duration.ofMinutes(5));
 * }
 *
 * <p><b>Forward secrecy.</b> An attacker who obtains a ticket key can open all tickets that it has sealed, including those
 * recorded in the past. In TLS 1.3, the attacker learns from them what the server knew about the client, and can
 * impersonate either end in a handshake that resumes with one of them; the traffic stays secret, because each resumption
 * includes a new (EC)DHE exchange (RFC 8446 2.2). In TLS 1.2, the attacker can also decrypt the traffic of the sessions
 * in these tickets (RFC 5077 5.5). So a ticket key should exist only as long as its tickets. The factories differ in
 * how long that is, and each documents it.
 *
 * <p>The tickets of all factories have the same layout: a name of 16 bytes, by which the key is found; a random salt of
 * 32 bytes; and the state under AES-256-GCM, with a key and a nonce that HKDF-SHA256 derives from the ticket key and the
 * salt. So there is no limit to the number of tickets under one ticket key. A ticket is 64 bytes longer than the state.
 *
 * <p>Objects of the factories are thread-safe, and never hold a lock while a ticket is sealed or opened. They start no
 * threads and use no clock: keys change when they are used, at the time that the caller states. They may be shared by
 * several contexts; the tickets of one are then known to the others, and the associated data tells them apart.
 * Implementations by applications must be thread-safe too.
 */
public interface TlsTicketKeys {
    /**
     * {@return new random keys that only this object has} A key seals for eight hours at most, then opens tickets until
     * the last one that it sealed is seven days old, and is then overwritten at the next use. When the process ends, all
     * its tickets can no longer be opened.
     */
    static TlsTicketKeys perProcess() {
        return new ProcessTicketKeys();
    }

    /**
     * Derives keys from a secret, so that all servers with the same secret open each other's tickets, and a server opens
     * its own after a restart, without any communication. Every eight hours, counted from 1970 in UTC, another key
     * seals. Keys open tickets for at least seven days. The clocks of the servers may differ by up to eight hours.
     *
     * <p>To roll the secret over without a loss, first pass the new secret as a former one on all servers. Then pass it
     * first and the old one as former. After seven days, pass the new one alone. If the first step is omitted, servers
     * that do not have the new secret yet make full handshakes for the tickets of those that do.
     *
     * <p><b>Forward secrecy:</b> the keys of all epochs follow from the secret, so an attacker who obtains it can open
     * the tickets of the past and of the future, however long ago they were sealed. Traffic of TLS 1.3 stays secret
     * nevertheless, because each resumption includes a new (EC)DHE exchange. Recorded traffic of TLS 1.2 does not. So
     * protect the secret like a private key, and replace it regularly. If TLS 1.2 is enabled, prefer random keys that
     * are distributed with {@link #files} or {@link #of} and deleted after use.
     *
     * @param secret at least 32 random bytes; they are not kept, and the array can be wiped afterwards
     * @param formerSecrets secrets that only open tickets
     * @return the keys
     * @throws IllegalArgumentException if a secret is shorter than 32 bytes, has only zero bytes, or occurs twice
     */
    static TlsTicketKeys shared(byte[] secret, byte[]... formerSecrets) {
        return new SharedTicketKeys(secret, formerSecrets);
    }

    /**
     * Loads keys from files, and watches them. Two formats are accepted: that of nginx and Apache, a key of 48 or 80
     * bytes in each file; and that of HAProxy, lines of base64 of 48 or 80 bytes, the oldest key first. All keys open
     * tickets. One key of the first file seals: with the format of HAProxy, the one in the penultimate line if there are
     * at least two, so that a new key at the end is known to all servers before it seals.
     *
     * <p>The first 16 bytes of a key are its name. Everything of the key is used, but tickets have ParkTLS's layout:
     * other servers with the same files do not open them, and make a full handshake instead.
     *
     * <p>The content of the files is read again on use if the last time was more than ten seconds ago. Thus any way to
     * replace them works, including symbolic links to another directory (as with mounted secrets); renaming a new file
     * to the old name never shows an incomplete one. While the content is unusable, the known keys stay in use, and a
     * warning is logged once. Keys that are no longer in the files are overwritten. The lifetime of a key, and with it
     * forward secrecy, depends on how often the files are replaced.
     *
     * @param first the file with the key that seals
     * @param others files whose keys only open tickets
     * @return the keys
     * @throws IOException if a file cannot be read; the message names it
     * @throws IllegalArgumentException if a file contains no keys or unusable ones, or two keys have the same name; the
     *     message names the file and never quotes it
     */
    static TlsTicketKeys files(Path first, Path... others) throws IOException {
        return LoadedTicketKeys.files(first, others);
    }

    /**
     * Loads keys from elsewhere, for instance a database or a vault.
     *
     * <p>The supplier is called now, and on use whenever the last call was longer ago than {@code refresh}. It runs in
     * the thread of a handshake, which waits for it, and at most once at the same time: all others use the known keys.
     * So the supplier should have a timeout; while it does not return, keys are not refreshed. If it throws an exception
     * or returns nothing usable, the known keys stay in use, a warning is logged once without the exception's message
     * (which may quote a key), and the supplier is called again after {@code refresh}. Keys that it no longer returns
     * are overwritten.
     *
     * <p>The servers of a fleet open each other's tickets if their suppliers return the same keys. Add a new key at the
     * end first, so that all servers know it before one of them seals with it. The lifetime of a key, and with it
     * forward secrecy, depends on the supplier.
     *
     * @param source returns the keys, at least 32 random bytes each; the first seals, all open. The arrays are neither
     *     kept nor changed
     * @param refresh the interval after which the keys are loaded again; positive
     * @return the keys
     * @throws IllegalArgumentException if the supplier returns no keys, a key of less than 32 bytes, one that has only
     *     zero bytes, or the same key twice; or if {@code refresh} is not positive. Exceptions of the supplier itself
     *     are passed on
     */
    static TlsTicketKeys of(Supplier<? extends List<byte[]>> source, Duration refresh) {
        return LoadedTicketKeys.supplied(source, refresh);
    }

    /**
     * Seals the state of a session.
     *
     * @param state the state; it is not changed
     * @param associatedData is authenticated but not part of the ticket; {@link #open} needs the same
     * @param now the current time
     * @return the ticket
     * @throws IllegalStateException if the keys are destroyed
     */
    byte[] seal(byte[] state, byte[] associatedData, Instant now);

    /**
     * Opens a ticket. The bytes of the ticket come from a client, and may be anything.
     *
     * @param ticket the ticket; it is not changed
     * @param associatedData the data with which it was sealed
     * @param now the current time
     * @return the state, or why there is none. This method throws no exception because of the ticket
     */
    Opened open(byte[] ticket, byte[] associatedData, Instant now);

    /**
     * {@return whether {@link #seal} or {@link #open} may wait, for instance for a disk or another service} If so, the
     * driver of a handshake treats the calls like other foreign code (see
     * {@link io.parktls.engine.ForeignCode ForeignCode}). The default is true; implementations that only compute
     * should return false.
     */
    default boolean mayWait() {
        return true;
    }

    /**
     * Overwrites all keys, those in use when their last user has finished. Afterwards {@link #seal} throws
     * {@link IllegalStateException}, and {@link #open} answers {@link Result#UNKNOWN_KEY}. Further calls have no effect.
     */
    void destroy();

    /** The result of opening a ticket. Immutable, except that the receiver may overwrite the state. */
    final class Opened {
        private final Result result;
        private final byte[] state;

        /**
         * Creates a result.
         *
         * @param result whether the ticket was opened, or why not
         * @param state the state of the session, which is not copied; empty if the ticket was not opened
         */
        public Opened(Result result, byte[] state) {
            this.result = result;
            this.state = state;
        }

        /** Whether a ticket was opened, or why not. */
        public enum Result {
            /** The ticket was opened with the key that seals, or with one that will do so later. */
            OPENED,

            /** The ticket was opened with a key that does not seal any more, so the client should get a new ticket. */
            OPENED_BY_FORMER_KEY,

            /** There is no key with the name in the ticket. */
            UNKNOWN_KEY,

            /** The ticket is too short, was altered, or was sealed with other associated data. */
            MALFORMED;

            /** {@return whether the ticket was opened} */
            public boolean isOpened() {
                return this == OPENED || this == OPENED_BY_FORMER_KEY;
            }
        }

        /** {@return whether the ticket was opened, or why not} */
        public Result result() {
            return result;
        }

        /**
         * {@return the state of the session; empty if the ticket was not opened} It is not a copy, so that the receiver
         * can overwrite it after use.
         */
        public byte[] state() {
            return state;
        }

        /**
         * {@return the result for a ticket that was not opened}
         *
         * @param reason the reason
         * @throws IllegalArgumentException if the reason states that it was opened
         */
        public static Opened refused(Result reason) {
            if (reason.isOpened()) {
                throw new IllegalArgumentException(reason + " is not a reason to refuse a ticket");
            }
            return new Opened(reason, new byte[0]);
        }

        /** Returns the result, but not the state. */
        @Override
        public String toString() {
            return "Opened[" + result + "]";
        }
    }
}
