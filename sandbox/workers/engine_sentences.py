"""The engine's reasons and remedies as message ids for translators; the engine itself knows no Django."""

from django.utils.translation import gettext_noop

SENTENCES = (
    gettext_noop("No container engine answers on this machine."),
    gettext_noop(
        "Install Docker (Debian: apt-get install docker.io mmdebstrap), start it, or set DOCKER_HOST to an engine."
    ),
    gettext_noop("The container engine named by DOCKER_HOST does not answer."),
    gettext_noop("Start that engine or correct DOCKER_HOST."),
    gettext_noop("This user may not use the container engine."),
    gettext_noop("Run the sandbox worker as a user that may open the engine's socket."),
    gettext_noop("No container engine answers and this user may not start one."),
    gettext_noop("Start Docker, or run the sandbox worker as root so that it can start an engine of its own."),
    gettext_noop("The sandbox's own container engine did not start."),
    gettext_noop("Read the engine's log file in the state folder (dockerd.log)."),
    gettext_noop("The sandbox images are missing and cannot be built on this machine."),
    gettext_noop("Run as root on Debian with the package mmdebstrap installed, then build the images again."),
    gettext_noop("Building the sandbox images failed."),
    gettext_noop(
        "Read the worker's log for the failed command, check that the package sources can be reached, and try again."
    ),
    gettext_noop("The sandbox images have not been built yet."),
    gettext_noop("Build them: python -m sandbox.engine images"),
    gettext_noop("The container engine does not run linux/amd64 containers."),
    gettext_noop("Use an engine on a 64-bit Intel or AMD machine."),
    gettext_noop("There is too little free disk space to take in an image safely."),
    gettext_noop("Free disk space of three times the largest allowed archive on the sandbox worker."),
    gettext_noop("The container engine failed."),
    gettext_noop("Read the worker's log for the engine's own message and try again."),
    gettext_noop("The sandbox's self-test failed: an app could do something that it must not."),
    gettext_noop(
        "Run no apps here. See the findings on the operators' page, repair the engine and restart the worker."
    ),
    gettext_noop("This worker would sign certificates with a key that isn't the platform's."),
    gettext_noop("Copy the platform's signing key file to this host (MINSHI_SIGNING_KEY_FILE) and restart the worker."),
)
