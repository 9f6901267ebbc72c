package io.parktls.sockets;

import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The main class of a server process, which uses up its descriptors except for a few, prints its port, and a line when
 * it cannot accept. How many descriptors the process has is left to its starter; the class path decides how many of
 * them the JVM needs.
 *
 * <p>All that happens later happens once before, so that no class is loaded when there are no descriptors left: the JVM
 * needs one for each class file that is not in a jar, and remembers for good that a class could not be loaded.
 */
final class FewDescriptors {
    /** How many descriptors are left for connections. */
    static final int LEFT = 40;

    private FewDescriptors() {}

    public static void main(String[] args) throws IOException {
        AtomicBoolean failed = new AtomicBoolean();
        TlsServer server = Servers.echoing()
                .acceptFilter(source -> () -> {
                    if (failed.compareAndSet(false, true)) {
                        throw new IOException("a first failure");
                    }
                    return source.accept();
                })
                .open(Transport.loopback());
        Servers.assertServes(server);
        awaitFailures(server, 1);

        List<FileInputStream> files = useUpDescriptors();
        for (FileInputStream file : files.subList(0, LEFT)) {
            file.close();
        }
        System.out.println(server.port());
        awaitFailures(server, 2);
        System.out.println("cannot accept");
        System.in.transferTo(System.out);
    }

    private static void awaitFailures(TlsServer server, int number) {
        Task.eventually(() -> server.statistics().acceptFailures() >= number);
    }

    private static List<FileInputStream> useUpDescriptors() {
        List<FileInputStream> files = new ArrayList<>();
        try {
            for (; ; ) {
                files.add(new FileInputStream("/dev/null"));
            }
        } catch (IOException e) {
            return files;
        }
    }
}
