// Sends the one form of the page that answers a relying party by POST; without this script there is its button.
document.querySelector("form[data-send-now]").submit();
