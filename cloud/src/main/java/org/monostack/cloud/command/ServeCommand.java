package org.monostack.cloud.command;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.monostack.cloud.Cloud;
import org.monostack.cloud.launch.DataDirectory;
import org.monostack.cloud.launch.StartReport;
import org.monostack.cloud.machine.LaunchFailed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;

/** Serves the cloud until it is told to end; stack.sh runs this in the background. */
@Command(
        name = "serve",
        description = "Serve the cloud in the foreground until SIGTERM.",
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

    @Override
    public Integer call() {
        Invocation invocation = Invocation.read();
        return invocation.elsewhere(List.of("serve")).orElseGet(() -> serve(invocation));
    }

    private static int serve(Invocation invocation) {
        DataDirectory data = DataDirectory.of(invocation.config());
        data.prepare(invocation.config());
        StartReport report = new StartReport(data.progress());
        Cloud cloud;
        try {
            cloud = Cloud.start(invocation.config(), invocation.home(), report);
        } catch (Exception e) {
            LOG.error("cannot start", e);
            report.failed(reason(e));
            return 1;
        }
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    cloud.close();
                                    ended.countDown();
                                },
                                "shutdown"));
        report.ready();
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private static String reason(Throwable e) {
        Throwable cause = e;
        while (cause instanceof java.util.concurrent.ExecutionException
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return cause instanceof LaunchFailed || message != null
                ? String.valueOf(message)
                : cause.toString();
    }
}
