"""Plot skeletons of the story grammar (kinds/story_plots.py).

# name key=value ...      hero letters g b a r (girl boy animal robot); help letters k a o p (kid animal adult grandparent)
t: title   g: gist for prompts   s: one-sentence plot   x: / y: / z: values that stay the same through the story
-  a slot, one phrasing a line   -* the slot that opens the event ('One rainy morning, ...')   -? an optional slot
"""

PLOTS = r"""
# lost hero=gbar obj=toy,wear,shiny place=o help=kao themes=friendship,patience,helping wx=mild
t: The Lost {Ot}
t: {h} and the Missing {Ot}
g: who loses {ao}
g: who cannot find {his} {o}
g: who looks everywhere for a lost {ob}
g: and a lost {ob}
s: lost {his} {o} {pp}, but {fi} helped {him} find it {x}
s: looked for {his} lost {o} all day {pp} until {fi} spotted it {x}
x: under a pile of leaves ; behind a big stone ; beside an old fence ; inside a hollow log ; under a wooden bench ; between two roots
-
{h} had {ao} that {he} loved very much.
The thing {h} loved most was {ao}.
{h} owned {ao} and took it everywhere.
{His} favorite thing in the world was {ao}.
-*
{h} went to play {pp}. When it was time to go home, the {os} was gone!
{h} [walked|ran] {top} to play. After a while {he} looked around, and the {os} was not there.
{h} was having fun {pp}. But when {he} stopped to rest, {he} could not see the {os} anywhere.
{h} spent hours {pp}. Then {he} noticed that the {os} was missing.
-
"Oh no! Where is my {os}?" {h} cried.
"My {os}! It was here a moment ago," said {h}.
{h} [{felt_sad}|was worried]. "I must find my {os}," {he} said.
"I have lost my {os}," {h} said in a small voice.
-
{He} looked to the left and to the right, but found [nothing|only dust and twigs].
{He} walked back the way {he} had come, but the {os} was not on the path.
{He} searched [high and low|here and there], but there was no {os} to be seen.
First {he} looked near the path. Then {he} looked near the trees. The {os} was not there.
-
Just then {fi} came by. "What is wrong?" asked {f}. {h} told {fhim} about the {os}.
{Fi} saw {h} searching. "Can I help you look?" {fhe} asked.
Then {fi} stopped. "You look worried," said {f}. "Let us look together."
{Fi} heard {him} and came closer. "Two pairs of eyes see more than one," said {f}.
-
"Where did you sit down to rest?" asked {f}. {h} thought hard, and together they went to look.
"Think slowly," said {f}. "What did you do first?" So they went back, step by step.
{f} looked on one side, and {h} looked on the other.
They made a plan. {f} looked near the ground, and {h} looked in every corner.
-
At last {h} saw something {x}. It was the {os}!
And there it was, {x}! The {os} was a little dusty, but it was fine.
Soon {f} called, "Come here!" The {os} was lying {x}.
They found the {os} {x}, safe and sound.
-
"Thank you, {f}!" said {h}, and {he} {smiled}.
{h} {smiled} and held the {os} tight. "I could not have done it alone," {he} said.
{h} thanked {f} again and again, and they walked home side by side.
{h} was so glad that {he} {danced}. "You are a real friend, {f}," {he} said.

# findfor hero=gbar obj=toy,wear,shiny,read place=on help=ka themes=kindness,helping,friendship wx=all
t: {h} Helps a Friend
t: {f} and the {Ot}
g: who helps a friend find {ao}
g: who helps someone who lost {ao}
g: who is kind to a friend
g: who helps a friend with a problem
s: saw that {fi} had lost {ao} {pp}, so {he} searched until {he} found it {x}
x: in a bush ; under a flat stone ; behind a tree stump ; in a small hole ; under a heap of straw ; beside an old gate
-?
{h} liked long walks more than anything.
{h} was always ready to help.
Every day {h} went out to see what was new.
{h} knew every path near {his} home.
-*
{h} was walking {pp} when {he} heard someone crying.
{h} went for a walk {pp}. Suddenly {he} heard a soft sob.
{h} was on {his} way {top}. There {he} heard a sad little voice.
{h} was out {pp}. Someone was sitting alone and sniffing.
-
It was {fi}. "I have lost my {o}," said {f}. "{y}"
It was {fi}. "My {o} is gone!" said {f}. "{y}"
There sat {fi}. "I cannot find my {o} anywhere," {fhe} said. "{y}"
{h} saw {fi}. "Someone gave me {ao}, and now it is lost," {fhe} said. "{y}"
y: My mother gave it to me. ; It was a gift from my sister. ; I got it on my birthday. ; My uncle made me promise to take care of it. ; It was my favorite thing.
-
"Do not worry," said {h}. "I will help you look."
"Please do not cry," said {h}. "We will find the {os} together."
{h} sat down next to {f}. "Tell me where you have been today," {he} said.
{h} thought for a moment. "I have good eyes," {he} said. "Let me help."
-
They looked near the path, but they found only an old boot.
They asked a [beetle|robin|snail], but it had not seen any {os}.
First they followed the footprints of {f}. The footprints stopped in the middle of the path.
They searched until they were tired, but there was no {os}.
-
Then {h} had an idea. "Let us look where you had your lunch," {he} said.
Then {h} noticed something bright not far away.
Then the wind moved the grass, and {h} saw something odd.
"Wait," said {h}. "You came past here this morning, did you not?"
-
{h} [bent down|looked closely], and there was the {os}, {x}!
They hurried over, and the {os} was lying {x}.
And what was that {x}? It was the {os}!
{h} reached down and pulled the {os} out. It had been {x} all the time.
-
{f} jumped for joy. "Thank you, {h}! You are so kind," {fhe} said.
"You found it!" cried {f}, and {fhe} gave {h} a big hug.
{f} laughed and wiped away {fhis} tears. "You did not even know me, and you helped," {fhe} said.
"How can I thank you?" asked {f}. "Just be my friend," said {h}.

# dark hero=gbar obj=light place=n help=kaop no=d nt=brave,sleepy themes=courage,hope wx=all
t: {h} and the Dark
t: The Little Light
t: {h} Is Not Afraid
g: who is afraid of the dark
g: who learns not to fear the dark
g: and a little {ob} in the dark
g: who is scared at night
s: was afraid of the dark {pp} until {fi} gave {him} {ao} and showed {him} that the shadows were only {x}
x: branches ; bushes ; tall rocks ; twisted roots
-
{h} was not afraid of many things, but {he} was afraid of the dark.
There was one thing that {h} did not like: the dark.
When the sun went down, {h} always [hid|stayed close to the light], because {he} feared the dark.
{h} loved the day, but the dark made {him} shiver.
-*
{he} had to stay {pp} until the sun went down.
{he} was {pp} and forgot the time. Soon the sky was black.
{h} had to spend the night {pp}.
{he} played {pp} for so long that night fell.
-
{h} saw a tall black shape. "A monster!" {he} whispered.
Something moved in the shadows. {h} did not dare to breathe.
{h} saw long arms in the shadows. {heart}.
There were dark shapes on every side, and one of them seemed to wave at {him}.
-
{He} closed {his} eyes and counted to ten, but the shape was still there.
{He} tried to sing a song, but {his} voice was too small.
{He} wanted to run, but {his} legs would not move.
{He} tried to think of sunny days, but it did not help.
-
Then {fi} came with {ao}. "Why are you shaking?" asked {f}.
Just then a warm glow came near. It was {fi}, who carried {ao}.
"Is someone there?" a friendly voice called. It was {fi}, holding {ao}.
Soon {fi} found {him}. {FHe} had {ao} with {fhim}.
-
"I am afraid of the dark," said {h}. "Take my {os}," said {f}. "Let us look at your monster together."
"There is a monster," said {h}. {f} smiled. "Hold the {os} and look again," {fhe} said.
{h} pointed at the shape. "Take the {os}," said {f}, "and walk one step at a time."
"Everyone is afraid sometimes," said {f}. "Here, take the {os}. We will go together."
-
{h} took a deep breath and held up the {os}. The monster was only some {x}!
Step by step {h} went closer. The light fell on the shape, and it was only some {x}.
{h} lifted the {os}. There were no long arms at all, just some {x}.
The light shone, and {h} began to laugh. {He} had been afraid of some {x}!
-
After that, the dark did not seem so dark. {h} even saw the stars.
"The dark only hides things," said {h}. "It does not change them."
From that night on, {h} could look into the dark and smile.
"I am not afraid anymore," said {h}, and {he} walked home under the stars.

# share hero=gba obj=food place=o help=ka nt=hungry,kind themes=sharing,kindness,friendship wx=mild
t: {h} Shares
t: The {Ot} for Two
t: {h} and the {Ot}
g: who shares {ao}
g: who does not want to share {his} {ob}
g: who learns to share
g: with {ao} and a hungry friend
s: did not want to share {his} {o} {pp}, but {he} saw that {fi} was hungry, and eating together turned out to be much more fun
s: gave half of {his} {o} to {fi} {pp}, and later {f} helped {him} {y}
y: find the way home in the fog ; carry a heavy bag ; get out of a muddy hole ; cross a wide stream
-*
{h} had {ao} for lunch, and it smelled wonderful.
someone gave {h} {ao}, and {he} could not wait to eat it.
{h} got {ao}, and that was {his} favorite thing of all.
{h} had {ao} that {he} had saved for a long time.
-
{h} sat down {pp} to eat {his} {os} all alone.
{h} took the {os} {top}, where nobody would see {him}.
{h} found a nice spot {pp} and got ready to eat the {os}.
{h} went {top} with the {os} and looked for a place to sit.
-
Just then {fi} came by. {f} looked at the {os} with big eyes.
Then {fi} sat down not far away. {FHe} had nothing to eat.
{Fi} walked past very slowly. "That looks good," said {f}.
{h} was about to take a bite when {fi} came along, looking thin and tired.
-
"This is mine," thought {h}, and {he} turned around.
{h} hid the {os} behind {his} back. "If I share, I will have less," {he} thought.
{h} held the {os} tight. "I waited so long for this," {he} thought.
{h} looked away and pretended not to see {fhim}.
-
But then {h} heard {f}'s empty stomach growl. {He} could not enjoy the {os} at all.
But {f} did not ask for anything. {FHe} only said, "Enjoy your meal," and smiled. That made {h} feel bad.
But the {os} did not look so good anymore. {h} remembered a day when {he} had been hungry too.
But a lonely meal is not a happy meal, and {h} could feel it.
-
"Would you like some?" {h} asked. {He} broke the {os} into two parts and gave {f} the bigger one.
"Come and sit with me," said {h}. "There is enough for two."
{h} took a deep breath. "Let us share it," {he} said, and {f}'s eyes grew bright.
"Here," said {h}, "half of the {os} is for you."
-
They ate and told each other jokes. It was the best {os} ever.
"Thank you!" said {f}. "I had no breakfast today." They ate together and laughed.
They ate every crumb. Then {f} showed {h} a new game, and they played until evening.
{f} ate slowly and smiled after every bite. {h} {smiled} too.
-
"It tastes better with you," said {h}.
The next day {f} brought a [pear|bun|plum|biscuit], and this time {fhe} shared with {h}.
On the way home {h} thought, "I had less to eat, but I had more fun."
When {h} needed help to {y} a week later, it was {f} who came first.

# mend hero=gbar obj=mend place=oi help=kaop themes=patience,teamwork,helping,learning wx=all
t: The Broken {Ot}
t: {h} Fixes the {Ot}
g: who has a broken {ob}
g: who fixes {ao}
g: who mends {ao}
g: and a broken {ob}
s: wanted to throw away {his} broken {o}, but {fi} showed {him} how to mend it {pp} with {x}
x: a bit of glue ; two new nails ; a piece of strong string ; one small screw ; a drop of oil and some wire
-
{h} had {ao}. It was not new, but {he} liked it a lot.
For years {h} had used the same {o}.
In {his} home {h} kept {ao}, and {he} was proud of it.
{h} had {ao} that once belonged to {his} best friend.
-*
{h} was {pp} when there was a loud crack. The {os} was broken!
{h} took the {os} {top}. {He} slipped, and the {os} fell and broke.
{h} was using the {os} {pp}. Snap! Something broke off.
something went wrong {pp}. The {os} hit the ground, and a part came off.
-
"Now it is ruined," said {h}.
"Oh, my poor {os}!" cried {h}.
{h} {felt_sad}. "It will never be the same," {he} said.
"What have I done?" said {h}.
-
{He} tried to press the parts together, but they fell apart again.
{He} tied the parts together with grass, but the grass was too weak.
{He} tried to fix it quickly, but that only made it worse.
{He} pushed and pulled, but the {os} stayed broken.
-
{Fi} saw what had happened. "Do not throw it away," said {f}.
Then {fi} came to see what the noise was. "Let me have a look," said {f}.
{h} carried the {os} to {fi}. "Can it be saved?" {he} asked.
{Fi} was good at fixing things. "Many things can be mended," said {f}.
-
"We only need {x} and some time," said {f}. "First we clean the parts. Then we put them together."
{f} fetched {x}. "You hold this side," {fhe} said, "and I will hold the other."
{f} opened a small box and took out {x}. "Go slowly," {fhe} said. "Fast hands make mistakes."
"{X} will do," said {f}. {FHe} showed {h} each step, and {h} did it with care.
-
They worked [for an hour|all afternoon|until the sun was low]. At last the {os} was whole again.
It was slow work, but in the end every part was back in its place.
{h} worked with great care. When {he} was done, the {os} was as good as new.
One part after another went back in its place, and then the {os} was ready.
-
"We did it!" said {h}. "It is even better than before."
{h} looked at the small crack that was left. "I like it," {he} said. "It tells a story."
{h} {smiled}. "Next time I can fix it on my own," {he} said.
"Thank you, {f}," said {h}. "You did most of it," {f} answered.

# race hero=gba obj=none place=on help=ka nt=brave themes=kindness,friendship,helping wx=mild
t: The Big Race
t: {h} and the Race
g: who runs in a race
g: who wants to win a race
g: and the big race
g: who stops to help in a race
s: was about to win the race {pp} when {he} stopped to help {fi}, who had fallen, and they crossed the line together
x: a red ribbon ; a silver cup ; a golden medal ; a blue ribbon ; a crown of flowers
y: a root ; a stone ; a low log ; a loose branch
-
{h} loved to run and practiced every morning.
There was one thing {h} could do all day, and that was running.
{h} was fast, and {he} dreamed of winning a race.
Every day {h} ran up the path and down again.
-*
there was a big race {pp}. The prize was {x}.
everyone came {top} for the big race. The winner would get {x}.
the great race was held {pp}, and {x} was waiting for the winner.
{h} stood at the start of the big race {pp}. "I want to win {x}," {he} thought.
-
"Ready, set, go!" called an old [crow|goat|farmer|judge], and off they ran.
The whistle blew, and everyone ran as fast as they could.
Someone rang a bell, and the race began.
"One, two, three, go!" The dust flew, and the crowd cheered.
-
{h} ran like the wind. Soon only {fi} was in front.
At first {h} was last. Then {he} passed one runner after another, until only {fi} was ahead.
{h} and {fi} ran side by side in front of all the others.
Halfway along, {h} was in second place, right behind {fi}.
-
Then {f} tripped over {y} and fell. "Ouch! My foot!" {fhe} cried.
Suddenly {f} tripped on {y} and could not get up.
Near the end {f} stumbled over {y}. {FHe} held {fhis} foot and groaned.
Then there was a thump. {f} had fallen over {y}.
-
{h} could see the finish line. {He} could win now! But {he} looked back and stopped.
The way to the finish was free. "I could win," thought {h}. "But {f} needs help."
{h} ran on for three steps. Then {he} turned around.
Everyone shouted, "Run, {h}, run!" But {h} went back.
-
"Lean on me," said {h}. Step by step they walked to the finish together.
{h} helped {f} up. The others ran past them, but {h} did not care.
"Come on, we will do it together," said {h}, and {he} held {f} by the {arm}.
"Can you stand?" asked {h}. {f} nodded, and slowly they went on, side by side.
-
They were the last ones to finish, but the crowd cheered the most for them.
They did not win {x}. But {f} said, "I won a friend today."
When they reached the line, the winner came and gave {x} to {h}. "You earned this," the winner said.
They came in last, laughing. "Next year we will train together," said {f}.

# garden hero=gba obj=plant place=s help=kaop nt=busy themes=patience,hope,learning wx=spring
t: {h} and the {Ot}
t: The Little Seed
t: {h} Plants a Seed
g: who plants {ao}
g: who grows {ao}
g: who waits for a seed to grow
g: with a garden
s: planted a tiny seed {pp} and wanted to give up, but {fi} told {him} to be patient, and one day {ao} stood there
x: [three|four|five] weeks
-
{h} had a tiny seed and did not know what was inside.
One day {h} found a small seed in an old pocket.
Someone had given {h} one small brown seed.
{h} wished to grow something with {his} own {hands}.
-*
{h} dug a hole {pp} and put the seed into it. Then {he} gave it water.
{h} planted the seed {pp} and sat down to wait.
{h} found a sunny spot {pp}, and there {he} pushed the seed into the soft soil.
{h} planted the seed {pp}. "Grow, little seed," {he} said.
-
The next day nothing had happened. The day after that, there was still nothing.
{h} looked every morning, but {he} saw only brown soil.
A whole week passed, and not even a leaf came up.
{h} waited and waited, but the ground stayed bare.
-
"Maybe it needs music," thought {h}, and {he} sang to it. But nothing grew.
{h} gave it so much water that there was a puddle. That did not help.
"Hurry up!" {h} told the seed. The seed did not hurry.
{h} wanted to dig it up to see if it was still there.
-
{Fi} was watching. "Do not dig it up," said {f}. "A seed works in secret."
Then {fi} came along. "What are you looking at?" asked {f}. "At nothing," said {h}. "My seed is broken."
"I give up," said {h}. But {fi} shook {fhis} head. "Not yet," said {f}.
{h} told {fi} about the seed. "I know all about seeds," said {f}.
-
"It needs a little water, a little sun, and a lot of time," {fhe} explained.
"Give it one cup of water each day, and wait," {fhe} said. "Roots come first, and roots are hidden."
{f} showed {h} how to pull the weeds and how to water with care.
"Growing is slow," {fhe} said. "You were small once too."
-
So {h} waited, and every day {he} gave the seed a little water. Then, one morning, there was a green tip!
{h} did as {f} said. After [two|three|four] weeks a small green leaf came out of the ground.
{h} was patient. At last the soil cracked, and a tiny stem reached for the sun.
Many days later, {h} saw something green. "It is alive!" {he} cried.
-
The stem grew and grew, and by the end of summer {ao} stood there.
It grew taller every week, until it was {ao}, the finest one around.
The sun shone, the rain fell, and one day it was {ao}.
In time it became {ao}, and everyone came to see it.
-
"I am glad that I waited," said {h}.
{h} {smiled}. Then {he} kept one new seed for next year.
"Good things need time," said {h}, and {f} nodded.
{h} gave {f} a seed from it. "Now you can grow one too," {he} said.

# storm hero=gba obj=reach place=onw help=ka nt=brave themes=courage,kindness,teamwork wx=storm
t: The Storm
t: {h} in the Storm
t: Safe and Dry
g: who is caught in a storm
g: who gets through a storm with a friend
g: and a big storm
g: with {ao} in a storm
s: was caught in a storm {pp}, but {he} used {his} {o} to help {fi}, and they stayed dry together in {x}
x: an old barn ; a small cave ; a hollow tree ; an empty hut ; a dry shed
-
{h} liked long walks and always took {ao} along.
On every trip {h} took {ao} and some lunch along.
{h} never went out without {his} {o}.
"Take your {o} with you," {his} mother always said. "You never know."
-*
{h} was far from home, {pp}, when dark clouds came.
{h} was walking {pp}. The sky turned black, and the wind began to howl.
{h} was {pp} when the first thunder rolled.
a storm came up while {h} was {pp}.
-
The rain fell so hard that {he} could not see the path.
Lightning flashed, and {h} jumped. {heart}.
The wind pushed {him} from side to side.
Rain ran down {his} face, and the path turned to mud.
-
{He} ran under a tree, but the branches cracked and shook. It was not safe there.
{He} sat down behind a stone, but the wind found {him}.
{He} tried to run home, but the mud was too deep.
{He} called for help, but the thunder was louder.
-
Then {h} heard a cry. {Fi} was stuck in the mud.
Just then {h} saw {fi}, who was all alone and very wet.
In the rain {h} almost bumped into {fi}. "I am so scared," said {f}.
A thin voice called out. It was {fi}, who could not get up from a slippery ditch.
-
"Hold on to my {os}!" called {h}. {f} held on, and {h} pulled until {fhe} was free.
"Take one end of my {os}," said {h}. "Then we will not lose each other."
{h} forgot {his} own fear. {He} reached out with the {os}, and {f} grabbed it.
{h} held out the {os} and helped {fhim} up. "Stay close to me," {he} said.
-
"I know a place," said {f}. "It is {x}, not far from here." They ran there as fast as they could.
Through the rain they saw {x}. "In there!" said {h}.
Together they found {x}, and there they were safe.
{f} pointed ahead. There was {x}, warm and dry.
-
They sat close together and told stories until the thunder went away.
They shared the last bit of lunch and listened to the rain.
Inside they counted the seconds between lightning and thunder. Each time the storm was farther away.
"With you the storm is not so bad," said {f}. {h} felt the same.
-
When the sun came out, there was a rainbow over {p}.
At last the rain stopped. They went out and saw a big rainbow.
In the evening the sky was clear, and {h} walked home with a new friend.
The storm was over. "I was brave because you needed me," said {h}.

# wayhome hero=gba obj=shiny,light place=n help=ao nt=careful themes=gratitude,hope,kindness wx=fog
t: The Way Home
t: {h} Gets Lost
g: who gets lost
g: who cannot find the way home
g: who is lost and has only {ao}
g: who finds the way home
s: lost the way home {pp}, so {fi} led {him} back along {x}, and {he} gave {f} {his} {o} to say thank you
x: the little stream ; the row of white stones ; the old stone wall ; the line of tall pines
-
{h} knew the way {top}, or so {he} thought. In {his} bag {he} carried {ao}.
{h} always carried {ao} for luck.
{h} liked to explore new places with {his} {o} in {his} bag.
{h} wanted to see the world. All {he} took along was {ao}.
-*
{he} followed a [butterfly|rabbit track|bright blue bird] {pp} and did not look at the path.
{he} took a new path {pp}. It turned left, then right, then left again.
{he} walked and walked {pp} until nothing looked the same.
{he} was {pp} and thought, "I will take the short way." It was not the short way.
-
Soon a thick fog came, and {h} did not know where {he} was.
When {he} turned around, the path was gone.
"Where am I?" said {h}. Only the wind answered.
{h} looked around. Every tree and stone looked the same. {He} was lost.
-
{He} went one way, and came back to the same old stump.
{He} tried to follow {his} own footprints, but the wind had covered them.
{He} called out, but nobody answered.
{He} climbed onto a big stone, but {he} saw only fog.
-
{h} sat down and {cried}. Then {fi} came out of the fog.
Then a voice said, "Are you lost?" It was {fi}.
{h} took out the {os}, and it gleamed a little. {Fi} saw the gleam and came closer.
Something moved in the fog. It was {fi}. "You are far from home," said {f}.
-
"I have lived here all my life," said {f}. "Follow {x}, and you can never get lost."
"Come with me," said {f}. "We only need to find {x}."
"When I was young I got lost too," said {f}. "Then someone showed me {x}. I will show it to you."
"Do not worry," said {f}. "{X} goes all the way to your home. Come, I will walk with you."
-
They walked side by side, and {h} did not feel so small anymore.
{f} told funny stories on the way, and soon {h} was laughing.
Step by step the fog grew thin, and the path grew wide.
They went along {x}, past a hill and a gate.
-
At last {h} saw the light in {his} own window. "Home!" {he} shouted.
And there was {his} home, with smoke coming from the chimney.
Then {h} saw {his} own front door. "I am home!" {he} said.
Soon {h} could smell supper. {He} was home at last.
-
{h} gave {f} the {os}. "Please take it," {he} said. "You helped me so much."
"How can I thank you?" asked {h}. "Help the next one who is lost," said {f}. And {h} did.
{h} looked at the {os} and smiled. It had brought {him} luck after all.
{h} waved until {f} was out of sight. {He} never forgot the way again.

# door hero=gbar obj=key place=i help=ka themes=curiosity,friendship,courage wx=in
t: The Secret Door
t: {h} and the Little Door
g: who finds a secret door
g: who opens a hidden door
g: and a secret door
g: who finds {ao} and a secret door
s: found {ao} and a secret door {pp}, and {he} and {fi} discovered {x} behind it
x: a tiny garden full of light ; a room full of old toys ; a small library with soft chairs ; a hall with a hundred clocks ; a workshop full of paint ; a stair that led to the stars
-
{h} liked to explore old rooms and dusty corners.
{h} wanted to know what was behind every wall.
"There are secrets everywhere," {h} used to say.
{h} was always looking for secrets.
-*
{h} was {pp} when {he} found {ao} on the floor.
{h} saw something gleam {pp}. It was {ao}.
{h} was all alone {pp}. Under a loose board {he} found {ao}.
{h} was cleaning up {pp}. Behind a box lay {ao}.
-
Next to it, in the wall, was a small door that {he} had never seen before.
Then {he} saw the outline of a little door, hidden behind a curtain.
"What does it open?" {he} wondered. Then {he} saw a tiny door behind a shelf.
{He} looked up and saw a narrow door, painted the same color as the wall.
-
{h} put the {os} in the lock and turned it, but the door did not move.
{He} tried the {os}. Click! But the door was so old that it was stuck.
The {os} fit, but {h} could not open the heavy door alone.
{He} pushed with all {his} might. The {os} turned, but the door opened only a crack.
-
"I need help," thought {h}, and {he} ran to get {fi}.
Just then {fi} came in. "What are you doing?" asked {f}.
{Fi} heard the noise and came to look. "A secret door!" said {f}.
{h} called {fi}, who was playing nearby. "Look what I found," {he} said.
-
"Let us push together," said {f}. "One, two, three!"
"On three," said {h}. They both pushed as hard as they could.
{f} put a drop of oil on the hinges. Then they pushed side by side.
"Are you scared?" asked {f}. "A little," said {h}. "But I want to know." And they pushed.
-
The door swung open, and behind it was {x}.
With a long creak the door opened. They saw {x}!
The door flew open. In front of them was {x}.
Slowly the door opened, and there was {x}. They could not believe it.
-
"Nobody has been here for a hundred years," whispered {f}.
They stood still and looked, and neither of them said a word.
"This is the best secret in the world," said {h}.
On the wall someone had written, "For those who are curious."
-
From then on it was their secret place, and they went there every week.
They locked the door again and kept the {os} safe. It was their secret.
"Shall we come back tomorrow?" asked {f}. "Of course," said {h}.
{h} made a second {os}, so that {f} could have one too.

# newkid hero=gba obj=toy,read place=school help=k nt=brave,cheerful,proud themes=friendship,kindness,courage wx=all
t: The New {Hk} at School
t: {h}'s First Day
g: who is new at school
g: on the first day at a new school
g: who makes a friend at school
g: and the first day of school
s: was new at school and sat alone until {fi} saw {his} {o} and asked {him} to play
-
{h} had just moved to a new town.
{h} and {his} family had moved far away from their old home.
Everything was new for {h}: the house, the street, and the town.
{h} missed {his} old friends, because {his} family had moved.
-*
{h} went to {his} new school for the first time. In {his} bag {he} had {ao}.
it was {his} first day at the new school. {h} brought {ao} along, so that {he} would not feel alone.
{h} walked into the new school with {his} {o} under {his} {arm}.
the first day at the new school began. {h} held {ao} very tight.
-
All the others knew each other. Nobody looked at {h}.
At lunch {h} sat by {himself} and did not know what to say.
{h} wanted to say hello, but the words stayed in {his} throat.
Everyone was laughing and talking, and {h} sat quietly at the back.
-
{He} tried to join a game, but {he} did not know the rules.
{He} smiled at someone, but the bell rang and everyone ran off.
{He} said hello in such a soft voice that no one heard {him}.
{He} stood near a group, but there was no free chair.
-
Then {fi} sat down next to {him}. "Is that your {os}?" asked {f}.
Then {fi} saw the {os}. "I have one like that too!" said {f}.
{Fi} came over and pointed at the {os}. "That is so nice. May I see it?" {fhe} asked.
After lunch {fi} stopped at {his} table. "You are new here," said {f}. "What a great {os} you have!"
-
{h} nodded and showed {fhim} the {os}. Soon they were both talking and laughing.
"Would you like to see it?" asked {h}. {f} was happy to.
"Yes, you can hold it," said {h}. {f} sat down, and they started to talk.
{h} gave {fhim} the {os}. "My name is {h}," {he} said. It was easy after all.
-
"I was new last year," said {f}. "I know how it feels. Come and play with us."
{f} took {him} to the others. "This is {h}," {fhe} said, and everyone said hello.
"Sit with us tomorrow," said {f}. "We always save a chair for friends."
Then {f} explained the rules of the game, and {h} played along.
-
When {h} came home, {he} said, "I made a friend today!"
The next morning {h} ran all the way to school.
In the afternoon {h} did not want to go home.
After a week it felt as if {h} had always been there.
-?
And when another new pupil came, {h} was the first one to say hello.
Later, when someone new came to school, {h} knew just what to do.

# baker hero=gba obj=bake place=bake help=kaop nt=careful themes=honesty,learning wx=all
t: The Baker's Mistake
t: {h} Bakes
t: {h} and the {Ot}
g: who bakes {ao}
g: who makes a mistake while baking
g: who is a baker
g: and {ao} that goes wrong
s: put {x} in {his} {o} by mistake, but {fi} tasted it {pp} and loved it
x: pepper ; salt ; mint ; ginger ; cinnamon
-
{h} was a baker, and everyone loved {his} cakes and breads.
{h} loved to bake more than anything else.
{h} wanted to be the best baker around.
{h} worked as a baker and got up before the sun every day.
-*
{h} was baking {ao} {pp} for a big party.
{h} had to bake {ao} {pp} for {fi}.
{h} put on {his} apron {pp}. "Today I will bake {ao}," {he} said.
{h} was baking {ao} {pp}, and the air smelled sweet.
-
But {he} was in a hurry. {He} took {x} instead of sugar!
{He} reached for the sugar without looking. It was {x}!
The jars looked the same, and {he} put in three spoons of {x} instead of sugar.
{He} was thinking of something else and put in {x} where the sugar should go.
-
{He} noticed it when the {os} was already in the oven. "Oh no!" {he} cried.
When the {os} was done, {h} tasted a crumb. {His} eyes grew wide.
The {os} came out of the oven, and it smelled very strange.
"What is that smell?" said {h}. Then {he} saw the wrong jar.
-
{He} put honey on top, but the taste of {x} did not go away.
{He} wanted to bake a new one, but there was no flour left.
{He} thought about hiding the {os} under a cloth.
{He} tried to think of a trick, but there was no time.
-
Then {f2} came in. "Is it ready?" {f} asked. {h} told the truth. "I made a mistake," {he} said.
There was a knock. It was {f2}. {h} could have said nothing, but {he} said, "I made a mistake with the {os}."
{F2} looked at the {os}. "There is {x} in it," said {h} in a small voice. "I am sorry."
Soon {f2} was there to taste it. "Wait," said {h}. "I must tell you something. I used {x}."
-
{f} took a small bite, and then a bigger one. "But this is delicious!" {fhe} said.
{f} tasted it and chewed for a long time. Then {fhe} smiled. "May I have some more?"
"Let me try," said {f}. {FHe} ate one piece, and then another. "I have never tasted anything like it!"
{f} laughed. "Let us see," {fhe} said. {FHe} took a bite, and {fhis} face lit up.
-
Soon everyone asked for a piece, and nothing was left.
Soon others came, and they all wanted some of the strange {os}.
By evening there was not one crumb left.
The guests liked it so much that they clapped.
-
From then on, {h} baked {aos} with {x} every week, and now {he} did it on purpose.
"Some mistakes taste good," said {h}, and {he} {smiled}.
{h} wrote the recipe down. "Sometimes a mistake is a new idea," {he} said.
But {h} also put big labels on all {his} jars.

# robot hero=r obj=none place=oig help=kao nt=clever themes=practice,learning,friendship,patience wx=all
t: The Robot Who Learned to {Xt}
t: {h} Learns to {Xt}
g: who learns to {x}
g: who wants to {x}
g: who learns something new
g: who cannot {x} at first
s: wanted to {x} and failed every time, but {fi} practiced with it {pp} until it could do it
x: dance ; sing ; paint ; whistle ; juggle ; tell jokes ; skate
-
{h} could add big numbers and lift heavy boxes, but it could not {x}.
{h} knew ten thousand facts. But there was one thing it could not do: {x}.
{h} had strong metal arms and a bright lamp on its head.
{h} worked hard all day, and at night it dreamed in numbers.
-*
{h} saw some children {pp}. They could {x}, and they looked so happy.
{h} rolled {top}. Someone there knew how to {x}, and {h} could not stop watching.
{h} was {pp} and thought, "I want to learn to {x}."
{h} stopped {pp} and said, "Today I will {x}."
-
It tried, but it made a terrible noise and fell over.
It tried once. Beep! Clank! Everyone laughed.
It followed the rules in its memory, step by step, but it looked all wrong.
It tried, but smoke came out of its ears.
-
"Error," said {h}. "I am not made for this."
{h} read a hundred books about it, but that did not help.
"I will never learn to {x}," it said, and its lamp grew dim.
It tried again and again. Each time something went wrong.
-
Then {fi} came up to it. "Do not stop," said {f}. "I was bad at it too."
{Fi} had seen everything. "May I show you a trick?" asked {f}.
"I can help you," said a voice. It was {fi}.
{Fi} sat down next to the robot. "Nobody is good at first," said {f}.
-
"You are thinking too much," said {f}. "Start small, and do a little every day."
"Do not count," said {f}. "Just feel it. And laugh when it goes wrong."
"Watch me first," said {f}, "and then do it slowly."
"Try one small part at a time," said {f}. "We can put it together later."
-
Every day they practiced. On the first day it was bad. On the second day it was a little better.
So {h} practiced for [seven|ten|twelve] days, and {f} was always there.
They met each morning. {h} made many mistakes, but each day there were fewer.
{h} saved every mistake in its memory, so that it would not make the same one twice.
-
Then came the day when it worked. {h} could {x}!
And then, all at once, {h} could {x}. Its lights blinked in every color.
At last {h} did it without one error. "I can {x}!" it beeped.
One morning everything went right. {h} could {x}, and everyone clapped.
-
"You see?" said {f}. "You only needed time." {h} beeped with joy.
"New program saved," said {h}. "Its name is joy."
From then on, {h} taught other robots too.
"Thank you, {f}," said {h}. "Now I know ten thousand and one things."

# boat hero=gbar obj=boat place=w help=kao no=s nt=lazy themes=teamwork,hope,courage wx=fine
t: {h} and the {Ot}
t: The Leaking {Ot}
g: who builds {ao}
g: who sails in {ao}
g: with {ao}
g: and a leak in {ao}
s: sailed out {pp} in {ao}, and when water came in, {fi} helped {him} close the hole with {x}
x: a piece of cork ; an old sock ; some sticky tar ; a thick rag
-
{h} had built {ao} with {his} own {hands}.
{h} had {ao}, and {he} dreamed of big adventures.
For a long time {h} had worked on {ao}. Now it was ready.
An old sailor had given {h} {ao}.
-*
{h} took the {os} out on the water {pp}.
{h} pushed the {os} into the water {pp} and jumped in.
{h} brought the {os} {top} and set off.
the water was calm {pp}, and {h} went for a ride in the {os}.
-
At first all went well. Then {h} felt something wet. Water was coming in!
The waves were small and the sun was warm. But soon there was a hole, and the {os} began to fill with water.
{h} sang a sailor song. Then {he} looked down and saw a leak.
After a while the {os} became heavy. There was a small hole in the bottom!
-
{He} scooped the water out with {his} {hands}, but more came in.
{He} tried to turn back, but the {os} was too slow.
{He} put one foot on the hole, but the water found a way.
{He} paddled as hard as {he} could, but the shore was far.
-
"Help!" called {h}. {Fi} heard {him} and came out in a tiny boat.
Luckily, {fi} was fishing not far away. "Hold on!" called {f}.
On the shore stood {fi}. "I am coming!" shouted {f}, and {fhe} rowed out on a log.
{Fi} saw that something was wrong and came in an old rowboat. "What happened?" asked {f}.
-
"There is a hole," said {h}. {f} looked in {fhis} bag and found {x}. "This will do," {fhe} said.
"Do you have anything to close the hole?" asked {h}. {f} had {x}.
{f} threw {x} to {h}. "Push it into the hole!" {fhe} called.
{f} gave {h} {x}. {h} pushed it into the hole while {f} scooped out the water.
-
The water stopped coming in. They both laughed with relief.
It worked! No more water came in, and the {os} rose up again.
It held! Side by side they went back to the shore.
Little by little the {os} became light again, and soon they were safe.
-
"Next time I will check for holes," said {h}. "And next time I will come along," said {f}.
{h} mended the {os} well, and the next trip was for two.
{h} painted a new name on the side of the {os}. It was "{f}".
From then on, {h} and {f} were a crew of two.

# kite hero=gba obj=kite place=o help=ka no=bgc nt=proud themes=friendship,teamwork,patience wx=wind
t: {h} and the {Ot}
t: Up in the Tree
g: who flies {ao}
g: with {ao} stuck in a tree
g: who gets {ao} back from a tall tree
g: and {ao} in the wind
s: lost {his} {o} in a tall tree {pp}, but {fi} {y}, and soon it flew again
y: climbed up and shook the branch ; brought a long stick ; had a clever idea and threw a soft ball at the branch
-
{h} had made {ao} out of paper and glue.
{h} had {ao} that could fly very high.
{h} got {ao} for {his} birthday and could not wait to try it.
{h} loved to watch things fly, and best of all {he} loved {his} {o}.
-*
{h} ran {top} and let the {os} fly.
{h} was {pp} with the {os}. It went up and up.
the wind was just right. {h} took the {os} {top}, and it flew like a bird.
{h} let the {os} fly {pp}. It danced in the sky.
-
Then a strong wind came and blew the {os} into the top of a tall tree.
But the wind turned, and the {os} got stuck in a very tall tree.
Whoosh! A gust took the {os} and dropped it on a high branch.
Suddenly the wind pulled it away, and it landed between the branches of a tree.
-
{h} jumped as high as {he} could, but the branch was too high.
{He} shook the tree, but the tree did not even notice.
{He} tried to climb up, but {he} slid down again.
{He} threw a little pine cone at it, but {he} missed each time.
-
{Fi} was watching. "You need some help," said {f}.
Then {fi} came along and looked up. "Oh dear, that is high," said {f}.
{h} sat down under the tree and sighed. Just then {fi} came by. "Is that yours?" asked {f}.
"Is that your {os} up there?" someone asked. It was {fi}.
-
{f} thought for a moment. Then {fhe} {y}.
"I have an idea," said {f}, and {fhe} {y}.
"Stand back," said {f}. Then {fhe} {y}.
"Wait here," said {f}. {FHe} did not give up easily. {FHe} {y}.
-
The leaves rustled, and down came the {os}! {h} caught it.
It worked! The {os} floated down, right in front of {h}.
The branch bent, and the {os} was free.
Slowly the {os} slid from branch to branch and fell to the ground.
-
"You did it!" said {h}. "Now it is your turn to fly it."
There was one small tear in it, but {h} fixed it with tape. Then they flew it together.
"Thank you, {f}!" said {h}. They took turns until the wind went to sleep.
{h} {smiled}. "Let us go away from the trees," {he} said, and {f} laughed.

# bell hero=gbar obj=none place=village help=kao themes=curiosity,helping,kindness,forgiveness wx=all
t: The Missing Bell
t: Who Took the Bell?
g: who looks for a missing bell
g: who solves a mystery
g: and a missing bell
g: who finds out who took a bell
s: found out that {fi} had taken the missing bell {pp} because {fhe} wanted {y}
y: to hear something friendly at night ; to polish it as a surprise ; to play music for {fhis} little sister ; to stop feeling lonely
x: blue paint ; flour ; mud ; yellow sand
-
Every morning a big bell rang and woke everyone up.
There was an old bell in the tower, and everyone loved its sound.
The people had a fine bell. It rang for breakfast, for lunch, and for bedtime.
When the bell rang, everyone knew what time it was.
-*
there was no sound {pp}. The bell was gone!
it was strangely quiet {pp}. "Someone has taken the bell!" people shouted.
{h} noticed that something was missing {pp}. The bell had not rung.
everyone {pp} got up late, because the bell was missing.
-
"Who would take a bell?" they asked. Nobody knew.
People were angry. Some pointed at each other.
Without the bell, the school was late, the bread was late, and even the sun seemed late.
"We need that bell," said the mayor. "Who can find it?"
-
"I will find out," said {h}. {He} looked for clues and saw a trail of {x}.
{h} looked under the tower. On the ground {he} found some {x}.
{h} did not shout. {He} looked closely at the steps and saw spots of {x}.
"Let me look," said {h}. On the rope {he} found a little {x}.
-
{He} followed the trail to the mill, but there it stopped.
First {he} asked the miller, but the miller knew nothing.
{He} asked the baker and the painter. They both shook their heads.
{He} walked up one street and down the next, and {he} listened.
-
Then {h} heard a soft ding. Behind a shed sat {fi} with the bell.
Suddenly there was a faint ringing. {h} opened a gate, and there was {fi}, holding the bell.
At the edge of {p} {he} saw {fi}, and next to {fhim} stood the bell.
Ding! The sound came from a little hut. Inside was {fi}, and so was the bell.
-
"Please do not be angry," said {f}. "I only wanted {y}."
{f} turned red. "I am sorry," {fhe} said. "I wanted {y}."
"Why did you take it?" asked {h}. "I wanted {y}," said {f} in a low voice.
{h} was not angry. "Tell me why," {he} said. "I wanted {y}," said {f}.
-
"You could have asked," said {h} gently. "Come, we will take it back together."
{h} understood. "Let us tell the others. They will not be cross," {he} said.
"That is not a bad wish," said {h}. "But everyone needs the bell." So they carried it back.
{h} thought about it. "I have an idea that will help you and the others too," {he} said.
-
From then on, {f} was the one who rang the bell each day, and {fhe} did it very well.
The people forgave {f} and let {fhim} ring the bell every evening.
Soon the bell was back in its place, and {f} had many new friends.
That evening the bell rang again, and {f} was allowed to pull the rope.

# singer hero=gba obj=worn,music place=g help=kaop nt=brave,proud,cheerful,grumpy themes=courage,friendship,kindness wx=all
t: The Shy Singer
t: {h} Sings
g: who is too shy to sing
g: who sings in front of others
g: who loves to sing
g: and a song
s: was too shy to sing {pp} until {fi} stood next to {him} with {ao}
-
{h} had a beautiful voice, but {he} sang only when nobody was near.
{h} loved to sing, but only {his} pillow had ever heard {him}.
When {h} was alone, {he} sang like the morning wind. In front of others {he} was silent.
{h} knew many songs, but {he} was too shy to sing them out loud.
-*
there was going to be a big show {pp}.
a sign was put up {pp}. It said, "Singers wanted!"
everyone talked about the song night {pp}.
people came together {pp} to hear songs.
-
{h} wanted to sing so much, but {his} throat felt tight.
"I could never do that," thought {h}. {heart}.
{h} put {his} name on the list and took it off again.
{h} thought of all the eyes looking at {him}, and {his} knees shook.
-
{He} tried to sing to the trees. That was easy, but trees do not look at you.
{He} tried to sing in front of a mirror, but only a squeak came out.
{He} closed {his} eyes and tried one line, but {he} stopped in the middle.
{He} hid behind a wall and hummed very softly.
-
{Fi} heard {him} by chance. "Was that you?" asked {f}. "That was lovely!"
But {fi} had been listening. "You have a wonderful voice," said {f}.
A voice said, "Please do not stop." It was {fi}.
Just then {fi} came around the corner. "I have never heard such a sweet song," said {f}.
-
"I am too shy," said {h}. "Then wear my {o} for luck," said {f}, "and look only at me."@worn
{f} gave {him} {ao}. "Wear this, and sing as if you were alone with me," {fhe} said.@worn
"I will be in the front row with my {o}," said {f}. "Sing only to me."@worn
"Take my {o}," said {f}. "When I was afraid, it helped me too."@worn
"I am too shy," said {h}. "I will play my {o} next to you," said {f}. "Then you are not alone."@music
{f} showed {him} {ao}. "I will play, and you will sing," {fhe} said. "We can do it together."@music
"I have {ao}," said {f}. "If you sing, I will play along. Look only at me."@music
"Let us do it as a team," said {f}. "I play my {o}, and you sing."@music
-
The big evening came. {h} stepped forward and looked at {f}. Then {he} began.
When {his} turn came, {h} took a deep breath. The first note was small. The second was strong.
{h} stood in front of everyone. It was very quiet. {f} nodded, and {h} opened {his} mouth and sang.
At the show {h} was shaking. But {f} smiled, and suddenly the song came out, clear and bright.
-
When the song was over, nobody moved. Then everyone clapped and cheered.
People wiped their eyes, and then they clapped for a long time.
"Encore!" everyone shouted. {h} could not believe it.
The clapping was as loud as rain on a roof.
-
"My {os} did not sing," said {f}. "That was you."
"I was still scared," said {h}. "But I sang anyway."
{h} {smiled}. "Can I sing one more?" {he} asked.
After that, {h} sang every week, and {f} was always in the front.

# snow hero=gba obj=snowwear place=o help=ka no=n nt=grumpy themes=friendship,kindness,sharing wx=snow
t: The Snow Day
t: {h} in the Snow
g: on a snow day
g: who plays in the snow
g: who builds a snowman
g: with {ao} in the snow
s: built a snowman with {fi} {pp} and gave it {his} {o}
x: a carrot ; a pine cone ; a red berry ; a small stick
-
{h} had waited all winter for snow.
Every evening {h} looked at the sky and wished for snow.
Winter had come, but there was still no snow, and {h} was waiting.
"When will it snow?" {h} asked every day.
-*
{h} looked outside, and the whole world was white.
{h} woke up, and everything was covered in snow.
big soft flakes fell from the sky. At last there was snow!
the first snow came, and {h} ran to the window.
-
{He} put on {his} {o} and ran {top}.
{h} took {his} {o} and hurried {top} to build a snowman.
"Do not forget your {os}!" called {his} mother. {h} put it on and ran {top}.
{He} grabbed {his} {o} and was {pp} before breakfast.
-
{He} rolled a big snowball, but it was too heavy to lift.
{He} tried to build a snowman, but it fell over.
{He} made a snowman alone, but its head rolled off.
{He} rolled and rolled, until the ball was so big that {he} could not move it.
-
Then {fi} came through the snow. "That is a big one," said {f}. "Can I help?"
{Fi} was watching from behind a tree. "May I play too?" asked {f}.
"You need two for a snowman," said a voice. It was {fi}.
Just then {fi} slid down the hill and landed next to {him}. "Oops!" said {f}, and they both laughed.
-
Together they pushed the snowball and put a second one on top. {f} found {x} for the nose.
"One, two, three, up!" they called. Then {f} brought {x} for the nose.
{h} held the body, and {f} put on the head. They used {x} for the nose.
They worked side by side. Two stones became the eyes, and {x} became the nose.
-
"Something is missing," said {h}. {He} took off {his} {os} and gave it to the snowman.
The snowman looked a little cold, so {h} gave him the {os}.
"Now he needs clothes," said {f}. {h} put the {os} on the snowman, and it fit well.
{h} looked at the snowman. "You may have my {os} for today," {he} said.
-
They danced around the snowman until their noses were red.
They had a snowball fight and laughed all day.
Afterward they warmed up with hot cocoa and looked at the snowman from the window.
When it grew dark, they said good night to the snowman and went inside.
-
"This is the best snow day ever," said {h}.
"I hope it snows again tomorrow," said {f}. And it did.
The snowman melted in spring, but the friendship stayed.
"See you tomorrow!" called {f}. "I will be there!" answered {h}.

# map hero=gbar obj=treasure place=on help=kao themes=curiosity,teamwork,friendship wx=mild
t: The Old Map
t: {h} and the Treasure Map
g: who finds a map
g: who looks for a treasure
g: and a treasure map
g: who follows an old map to {ao}
s: followed an old map {pp} with {fi}, and in {ao} they found {y}
x: a crooked tree ; a round rock ; a split oak ; an old stone arch
y: a letter that said, "The best treasure is a friend" ; a hundred colored marbles ; seeds for a whole garden ; a tiny flute that still played ; a picture of the place as it was long ago
-
{h} found an old map inside a book.
In an old coat {h} found a map with a red cross on it.
A map was hidden behind a picture in {his} home, and {h} found it.
{h} bought an old bottle, and inside it was a map.
-*
{h} went {top} to look for the place on the map.
{h} took the map and a bag and walked {top}.
{h} stood {pp} and turned the map this way and that way.
{h} was {pp}, with the map in {his} {hands}.
-
The map showed {x}, but {h} could not find it.
"The treasure is near {x}," {he} read. But where was that?
There were strange signs on the map. {h} could not read them all.
{h} walked for hours, but nothing looked like the map.
-
{He} dug a hole here and a hole there, but found only stones.
{He} went left, but there was nothing. {He} went right, and there was nothing too.
{He} counted a hundred steps and dug. There was only a worm.
{He} climbed over rocks and looked around, but {he} was no closer.
-
Then {fi} came by. "You are holding the map upside down," said {f}.
{Fi} looked at the map. "I know that place!" said {f}.
{h} asked {fi} for help. "May I see?" asked {f}. "Ah, this is easy if you know the land."
Just then {h} met {fi}. "If you share the adventure, I will share what I know," said {f}.
-
{f} led the way, and soon they stood in front of {x}.
Together they turned the map around. Now it all made sense. They went straight to {x}.
"This way!" said {f}. They passed three hills, and there was {x}.
They followed the signs one by one until they came to {x}.
-
They dug until they hit something hard. It was {ao}!
Under the grass they found {ao}.
There, half hidden in the ground, was {ao}.
{h} dug, and {f} dug too. At last they pulled out {ao}.
-
With shaking {hands} {h} opened the {os}. Inside was {y}.
"Open it!" said {f}. In the {os} was {y}.
The {os} creaked as they opened it. They found {y}.
They looked inside. There was no gold. There was {y}.
-
"That is better than gold," said {h}, and {f} thought so too.
They laughed all the way home. It had been a great adventure.
"Half of it is yours," said {h}. "We found it together."
Then {h} drew a new map and hid it for someone else to find.

# library hero=gba obj=read place=library help=oa themes=honesty,forgiveness,learning wx=dry
t: {h} and the {Ot}
t: The Library {Ot}
g: who loves to read
g: who borrows {ao} from a library
g: who gets {ao} wet
g: who goes to the library
s: got {aos} from the library wet in the rain, but {he} told {fi} the truth and paid for it by {y}
y: putting books back on the shelves ; reading to the little ones ; sweeping the floor ; making new bookmarks
-
{h} loved stories, and {his} favorite place was the library.
Every week {h} went to the library to get something new to read.
{h} could read for hours without looking up.
"A book is a door," {h} liked to say.
-*
{h} went to the library and found {ao}. {Fi} took care of the books there. "Bring it back in a week," said {f}.
{h} borrowed {ao} from {fi}, who took care of the library. "Keep it dry," said {f}.
{h} was in the library and saw {ao} on the top shelf. {Fi}, who worked there, got it down for {him}.
{h} borrowed {ao} from the library. "It is the only one we have," said {fi} at the desk.
-
{h} read it on the way home and did not look at the sky. Suddenly it began to rain.
{h} took it everywhere. But then {he} dropped it in a puddle.
{h} could not stop reading, not even in the bath. Splash!
{h} read under a tree. When the rain came, {he} was too late.
-
The pages were wet and crinkled. {h} {felt_sad}.
The cover was muddy, and {h} did not know what to do.
All the pages stuck together. "Oh no," said {h}.
Water dripped from every page. "What will they say?" thought {h}.
-
{He} put it in the sun to dry, but the pages stayed crooked.
{He} tried to press it flat under a heavy stone, but it was no use.
{He} thought, "I could put it back on the shelf and say nothing." But that felt wrong.
{He} wanted to hide it under the bed. But then nobody could read it ever again.
-
So {h} went back. "I have something to tell you," {he} said to {f}, and {he} told {fhim} everything.
In the end {h} took the {os} back and told {f} the truth.
{heart} as {he} walked up to {f}. "It was my fault," {he} said. "I am very sorry."
The next day {h} stood in front of {f}. "I did not keep it dry," {he} said.
-
{f} looked at the {os}, and then {fhe} smiled. "Thank you for telling me," {fhe} said.
{f} was quiet for a moment. "Many would not have told me," {fhe} said.
"That was not easy to say," said {f}. "I am not angry."
{f} turned the pages. "We can still read it," {fhe} said. "But how will you make up for it?"
-
"I can help you," said {h}. So {he} helped for a whole week by {y}.
{h} paid for the damage by {y} every afternoon.
{h} wanted to make it good again, and {he} did so by {y}.
They agreed that {h} would help by {y}.
-
{h} liked it so much that {he} stayed much longer than {he} had to.
In the end {f} gave {him} a new library card with a gold star.
And from then on, {h} always carried a dry bag for {his} books.
The {os} got a place of honor on the shelf. Its pages were a little wavy, like the sea.

# lighthouse hero=gba obj=light place=sea help=oa nt=lazy,sleepy themes=courage,helping,hope wx=night
t: {h} and the Lighthouse
t: The Light in the Lighthouse
g: who lives near a lighthouse
g: who saves a ship
g: and a lighthouse
g: who takes care of a lighthouse
s: saw that the lighthouse was dark, so {he} climbed to the top with {ao} and showed {fi} and the other sailors the way
x: three long blinks ; a loud horn ; a happy song ; five short blinks
-
{h} lived beside a tall white lighthouse by the sea.
By the sea stood an old lighthouse, and {h} lived next to it.
{h} helped to take care of a lighthouse by the sea.
Every night {h} watched the light of the lighthouse go round and round.
-*
a big storm came over the sea. Then the great lamp went out!
the wind howled. {h} looked up, and the lighthouse was dark.
the waves were as high as houses. Suddenly the light went out.
thunder rolled over the sea, and the lamp of the lighthouse broke.
-
Far out on the water {h} saw a small ship. "They cannot see the rocks!" {he} thought.
"There is a ship out there!" cried {h}. It was coming straight toward the rocks.
{h} heard a ship's horn. Without the light, the ship would hit the rocks.
A fishing boat was out there, and the rocks were near.
-
{He} ran to the big lamp, but {he} could not make it shine.
{He} shouted and waved, but the storm was too loud.
{He} pressed every button, but the great lamp stayed dark.
{He} looked for someone to help, but {he} was all alone.
-
Then {h} remembered {his} {o}. {He} took it and ran up all the stairs.
"My {o}!" thought {h}. {He} grabbed it and climbed to the very top.
{h} had only {ao}, but a small light is better than none. {He} hurried up the steps.
There was {ao} on the table. {h} took it and went up, step by step.
-
At the top {he} held the {os} in front of the big mirror. The mirror made the little light huge!
{He} swung the {os} from side to side, again and again. {His} arms hurt, but {he} did not stop.
{He} stood at the window and held the {os} as high as {he} could.
The wind pulled at {him}, but {he} held the {os} up and did not let go.
-
On the ship stood {fi}. "I see a light!" called {f}, and {fhe} turned the wheel.
On the ship, {fi} saw the tiny light. "Turn left!" shouted {f}.
The captain was {fi}. {FHe} saw the light just in time and steered away from the rocks.
Out on the water {fi} was steering. {FHe} saw the light and knew where the rocks were.
-
The ship passed the rocks and came safely to the harbor.
The ship was saved. From the water came {x}, which means thank you.
Soon the ship was safe, and {h} heard {x}. It was a greeting.
The ship made it. {h} sat down on the steps and {smiled}.
-
In the morning {f} came to the door. "Your little light saved us all," {fhe} said.
The next day {f} brought a new lamp and a big cake. "For the hero of the lighthouse," {fhe} said.
"I want to shake your {paw_h}," said {f} the next day. "I will never forget your light."
When the sun came up, {f} and {h} repaired the great lamp together.

# bridge hero=gba obj=btool place=wn help=ka no=bs themes=teamwork,kindness,forgiveness wx=mild
t: The Narrow Bridge
t: {h} and the Broken Bridge
g: and a broken bridge
g: who builds a bridge
g: who wants to cross a river
g: with {ao} and a broken bridge
s: used {his} {o} to build a new bridge {pp} together with {fi}
x: apples ; flour ; firewood ; letters
-
Near {his} home there was an old bridge, and {h} crossed it every day.
{h} had a cousin on the other side of the water and often crossed the old bridge.
To get to the market, {h} had to cross a narrow bridge.
Each week {h} carried {x} over the bridge.
-*
{h} came to the bridge {pp}. But the bridge was broken!
{h} walked to the bridge {pp} and stopped. The boards in the middle were gone.
{h} heard a loud crash {pp}. The old bridge had fallen down.
the water was high {pp}, and it had carried part of the bridge away.
-
On the other side stood {fi}. "I cannot get across!" called {f}.
On the far side {he} saw {fi}, who looked sad. "How will I get home now?" asked {f}.
Across the water stood {fi} with a heavy bag. "Now I am stuck," called {f}.
"Hello!" called someone from the other side. It was {fi}. "I need to cross," said {f}.
-
{h} tried to jump from stone to stone, but the stones were too slippery.
{h} wanted to swim, but the water was too cold and too fast.
{h} looked for another way, but there was none for miles.
{h} threw a branch across, but the water took it away.
-
"I have {ao}," called {h}. "And I have wood," said {f}. "Maybe we can build a new bridge!"
Then {h} thought of {his} {o}. "If you help from your side, I will help from mine," {he} said.
"Let us not wait for others," said {h}, and {he} got {his} {o}. {f} looked for long boards.
{h} ran home and came back with {ao}. "We will fix it together," {he} called.
-
{h} pushed with the {os} from one side, and {f} pulled from the other. Board by board the bridge grew.
They worked all day. {h} used the {os}, and {f} tied the boards together.
It was hard, but they sang while they worked. The {os} was a great help.
First they laid two long logs. Then, with the help of the {os}, they put the boards in place.
-
When the sun went down, the new bridge was ready.
In the evening they put the last board in place.
At last there was a bridge again. It was strong and wide.
"One more board," said {f}. Then it was done.
-
They met in the middle. "Nice to meet you," said {f}, and both laughed.
{h} walked to the middle, and so did {f}. There they shook hands.
{f} ran across and gave {h} a hug.
They sat in the middle and let their legs hang over the water.
-
Now everyone could cross, and people called it the Friends' Bridge.
Soon others used the bridge too, and everyone said thank you.
They wrote their names on the last board, and you can still read them today.
"Alone I had half a bridge," said {h}. "Together we have a whole one."

# birthday hero=gba obj=gift place=oi help=ka nt=happy themes=friendship,kindness,gratitude wx=all
t: {h}'s Birthday
t: The Forgotten Birthday
g: who has a birthday
g: who thinks everyone forgot {his} birthday
g: and a birthday surprise
g: who gets {ao} for {his} birthday
s: thought that everyone had forgotten {his} birthday until {fi} led {him} to a surprise party {pp} and gave {him} {ao}
x: balloons ; paper stars ; colored lights ; ribbons ; flowers
-*
{h} woke up and jumped out of bed. It was {his} birthday!
it was {h}'s birthday. {He} had counted the days.
{h} opened {his} eyes and smiled. It was {his} birthday at last.
{h} got up early, because it was {his} birthday.
-
But nobody said, "Happy birthday." Everyone was busy.
At breakfast nobody said a word about it.
{He} waited for a song, but no song came.
The neighbors only said hello and hurried on.
-
{h} walked around {pp}, all alone. "Has everyone forgotten me?" {he} thought.
{h} went {top}, but nobody was there. {He} {felt_sad2}.
{h} sat {pp} and sighed. "It is the worst birthday ever," {he} said.
{h} was {pp} and tried to sing the birthday song to {himself}. It sounded lonely.
-
{He} asked a neighbor, "Do you know what day it is?" "No time!" said the neighbor.
{He} gave a little hint. "Today is a nice day for a cake," {he} said. Nobody answered.
{He} looked at the calendar again. Yes, it was the right day.
{He} tried to be brave, but {his} lip began to shake.
-
Then {fi} came running. "Quick, I need your help!" said {f}.
Then {fi} pulled {him} by the {arm}. "You must come with me," said {f}.
Late in the afternoon {fi} stood in front of {him}. "Something has happened. Follow me," said {f}.
{Fi} came up with a secret smile. "Close your eyes and come along," said {f}.
-
{h} followed {fhim}. It was dark and very quiet. Then the lights went on.
They went around a corner, and everything was full of {x}.
{f} opened a door. There were {x} everywhere!
{h} took ten steps, and {f} said, "Now look!" There were {x} on all sides.
-
"Surprise!" everyone shouted. "Happy birthday, {h}!"
"Happy birthday, {h}!" called all {his} friends at once.
All {his} friends jumped out. "Surprise! Did you really think we forgot?"
Everyone was there, and they sang the birthday song.
-
{f} gave {him} a present. Inside the paper was {ao}.
"This is for you," said {f}. It was {ao}, just what {h} had wished for.
{h} opened a big box. {He} found {ao} inside, from {f} and all the others.
There was a cake, and next to it lay {ao}. "We all made it for you," said {f}.
-
"I thought you had forgotten me," said {h}. "Never," said {f}.
{h} {smiled}. It was the best birthday of all.
{h} laughed and hugged the {os}. "This is the best day ever," {he} said.
"So that is why you were all so busy!" said {h}, and everyone laughed.

# star hero=gba obj=lift place=onh help=ka nt=grumpy,proud themes=kindness,hope,friendship wx=nightclear
t: The Fallen Star
t: {h} and the Star
g: who finds a fallen star
g: who helps a star
g: and a little star
g: with {ao} and a star
s: found a fallen star {pp} and, with the help of {fi} and {ao}, brought it back to the sky
x: a soft silver voice ; a voice like a tiny bell ; a very small voice
-
{h} loved to look at the night sky.
Every night {h} counted the stars.
{h} knew the stars by name and said good night to each one.
Before bed, {h} always looked up at the stars.
-*
{h} saw a light fall from the sky. It landed {pp}.
a star fell down, right {pp}.
{h} noticed that one star was missing. Then {he} saw a glow {pp}.
something bright flew over the roof and came down {pp}.
-
{h} ran there, and on the ground lay a little star. "I want to go home," it said in {x}.
There was a tiny star, no bigger than an apple. "I fell," it said in {x}.
{h} went closer. A small star was sitting in the grass. "Please help me," it said in {x}.
It was a star! Its light was weak. "I am lost," it said in {x}.
-
{h} threw the star up as high as {he} could, but it fell back into {his} {hands}.
{h} stood on a big stone and reached up, but the sky was too far.
{h} blew at it to make it fly, but it did not go far.
{h} put the star on a branch, but that was not high enough.
-
"We need to go higher," said {h}. {He} woke up {fi}, who had {ao}.
{h} went to {fi} for help. "I have {ao}," said {f}. "Maybe we can use it."
Then {fi} came to see the light. {FHe} carried {ao}. "What have you got there?" {fhe} asked.
{h} told {fi} about it. "Let us take my {o} and go to the highest point," said {f}.
-
Together they climbed up with the star and the {os}. The star grew warmer with every step.
With the {os} they went up and up, until the wind was cold and the sky was near.
They walked for half the night. {f} carried the {os}, and {h} carried the star.
{f} went first with the {os}. {h} held the star under {his} {coat} so that it would not be cold.
-
At the top, {f} held up the {os} with the star on the end. "Now jump!" they called.
At the highest point they lifted the star with the {os}, as high as they could.
Then {h} put the star on the {os}, and {f} lifted it into the air.
On the top they both held the {os}. The star sat on it, took a deep breath, and jumped.
-
The star shone, rose up, and flew back to its place.
Whoosh! The star flew up, and soon it was a bright dot in the sky.
Slowly it floated up, higher and higher, until it was home.
The star gave a happy laugh and flew straight up into the night.
-
Since then, one star blinks twice when {h} says good night.
"Look, it is winking at us," said {f}.
"Good night, little star," said {h}, and the star shone brighter.
{h} and {f} sat and watched it until they fell asleep.

# promise hero=gba obj=wear,toy,read,music place=oi help=kop nt=forgetful themes=trust,honesty,friendship wx=all
t: The Promise
t: {h} Keeps a Promise
g: who keeps a promise
g: who makes a promise to a friend
g: and a promise
g: who promises to take care of {ao}
s: promised {fi} to take care of {ao}, and {he} kept {his} word even when someone {pp} offered {him} {x} for it
x: ten gold coins ; a big bag of candy ; a shiny new bicycle ; a basket full of toys ; a talking parrot
-
{Fi} had to go away for a week. "Please take care of my {o}," said {f}.
{Fi} was going on a trip. "Will you keep my {o} safe?" asked {f}.
{h} often went to see {fi}. One day {f} said, "I must go away. Please look after my {o}."
Before a long journey, {fi} came to {h} with {ao}. "Can you keep it for me?" asked {f}.
-
"I promise," said {h}. "I will keep it safe until you come back."
{h} put one {paw_h} on {his} chest. "I promise," {he} said.
"You can count on me," said {h}. "That is a promise."
{h} nodded. "I promise to give it back just as it is," {he} said.
-*
{h} was {pp} with the {os}. A stranger saw it. "I will give you {x} for that," the stranger said.
a rich man met {h} {pp}. "What a fine {os}!" he said. "I will give you {x} for it."
{h} took the {os} {top}. There a merchant came up. "Sell it to me for {x}," she said.
a tall stranger {pp} looked at the {os}. "Would you trade it for {x}?" the stranger asked.
-
{h} thought about it. {X} would be wonderful! Nobody would know.
{h} swallowed. {He} had always wished for something like that.
That was a lot! {h} looked at the {os}, and then at the stranger.
For a moment {h} wanted to say yes. {f} was so far away.
-
But then {h} remembered {his} promise. "No, thank you," {he} said. "It is not mine to give."
But {h} shook {his} head. "I gave my word," {he} said.
"I am sorry," said {h}. "A promise is a promise."
Then {h} thought of {f}'s face. "No," {he} said. "My friend trusts me."
-
The stranger offered even more, but {h} only held the {os} tighter and went home.
"Think it over," the stranger said. But {h} was already walking home.
The stranger shrugged and walked away. {h} carried the {os} home with great care.
{h} took the {os} home and kept it in a safe place. Every day {he} looked to see if it was still there.
-
At last {f} came back. "Here it is," said {h}. The {os} was just as before.
A week later {f} knocked at the door, and {h} gave {fhim} the {os}.
When {f} came home, the first thing {fhe} saw was {h} with the {os}.
After [seven|eight|nine] days {f} came back. {h} ran to meet {fhim} with the {os}.
-
{h} told {fhim} what had happened. "You gave up {x} for me?" asked {f}. {FHe} was deeply moved.
"Did you have any trouble?" asked {f}. {h} told the whole story, and {f}'s eyes grew wet.
"I knew that I could trust you," said {f}.
{f} had heard about the stranger from the neighbors. "You are a true friend," {fhe} said.
-
To say thank you, {f} baked {him} a cake, and they ate it together.@gba
To say thank you, {f} made {him} a small wooden star with {his} name on it.
Then {f} said, "From now on, it belongs to both of us."
{h} {smiled}. A kept promise felt better than any gift.

# broke hero=gba obj=fragile place=inside help=op nt=careful themes=honesty,forgiveness,trust wx=wetin
t: The Broken {Ot}
t: {h} Tells the Truth
g: who breaks {ao}
g: who tells the truth
g: who breaks something and tells the truth
g: and a broken {ob}
s: broke {ao} {pp} and wanted to hide it, but {he} told {fi} the truth and was forgiven
x: the cat ; the wind ; a bird ; a mouse
-
{h} knew the rule: no ball games inside.
"Please do not run in here," {h} had been told many times.
{h} liked to jump and run, even inside.
{h} had a new ball and wanted to play at once.
-*
it was too wet outside, so {h} played {pp}. Crash! {He} had broken {ao}.
{h} threw the ball {pp}. It flew too far and hit {ao}. Crack!
{h} was running {pp}. {He} turned too fast and knocked over {ao}. It broke.
{h} jumped around {pp}. Bump! {Ao} fell down and broke.
-
It belonged to {fi}, who loved it very much.
The {os} belonged to {fi}. {FHe} had owned it for many years.
"Oh no," whispered {h}. The {os} belonged to {fi}.
{h} looked at the pieces. It was the favorite {os} of {fi}.
-
{h} pushed the pieces under the rug, but there was a big bump.
{h} tried to put the pieces together, but they did not hold.
{h} hid the pieces behind a box and went away.
{h} put a cloth over the pieces and sat down as if nothing had happened.
-
"I can say that it was {x}," {he} thought. But {his} stomach hurt.
{h} tried to read, but {he} could think only of the {os}.
At dinner {he} could not eat a bite. The secret was too heavy.
{h} wanted to blame {x}. Still, the thought made {him} feel worse.
-
Then {f} came in and looked around. "Where is my {os}?" {fhe} asked.
In the evening {f} saw the empty place. "What happened to the {os}?" {fhe} asked.
"Have you seen my {os}?" asked {f}.
Soon {f} noticed it. "Something is missing here," {fhe} said.
-
{h} took a deep breath. "I broke it," {he} said. "I am so sorry."
{h} could have said, "It was {x}." But {he} said, "It was me."
{h}'s voice shook. "I was playing inside, and I broke it," {he} said.
{h} looked up. "I broke it, and I hid the pieces," {he} said.
-
{f} was sad for a moment. Then {fhe} put an arm around {him}. "Thank you for telling me the truth," {fhe} said.
{f} was quiet. Then {fhe} said, "I can get a new {os}. I am glad that you were honest."
"I am sad about the {os}," said {f}. "But I am proud of you."
"That was hard to say," said {f}. "I forgive you."
-
They got some glue and mended it together, piece by piece.
{h} saved {his} coins, and after a month {he} bought {f} a new one.
Then they swept the floor together. After that, {h} played outside.
{h} felt as light as a feather.

# practice hero=gbar obj=music place=oig help=kaop nt=proud themes=practice,patience,hope wx=all
t: {h} and the {Ot}
t: The Squeaky {Ot}
g: who learns to play {ao}
g: who wants to play the {ob}
g: who practices every day
g: and {ao}
s: sounded terrible on {his} {o}, but {fi} told {him} to practice a little each day, and soon everyone {pp} danced to {his} music
x: ten minutes ; half an hour ; one small song ; three simple lines
-
{h} heard someone play, and from then on {he} wanted to make music too.
{h} loved music more than anything.
More than anything, {h} wanted to make music.
When {h} heard music, {his} feet began to move.
-*
{h} found {ao} in an old box and took it {top}.
{h} got {ao}. {He} ran {top} to try it.
{h} sat {pp} with {his} new {o}.
{h} took {ao} {top}, where {he} wanted to play a song.
-
But it sounded awful. [Birds flew away.|A dog howled.|A baby began to cry.]
{He} tried to play. The sound was so bad that people covered their ears.
The first sound was like a [cat with a sore paw|rusty gate|sick goose].
"Stop that noise!" someone shouted.
-
{He} tried louder. That was worse. {He} tried softer. That was not better.
{He} tried to play fast, but all the notes fell over each other.
{He} tried for a whole hour. Nothing sounded right.
{He} turned the {os} around and tried it the other way. It was no use.
-
"I am no good," said {h}, and {he} put the {os} down. {Fi} picked it up. "May I?" asked {f}.
{h} wanted to give the {os} away. But {fi} said, "Wait. How long have you tried?"
Then {fi} sat down next to {him}. "I was just as bad when I began," said {f}.
{Fi} had heard it all. "That was not music yet," said {f}, "but it could become music."
-
"Play {x} every day," said {f}. "Not more and not less. I will listen."
"Start with {x} each day," said {f}. "Slow is fine. Wrong notes are fine too."
{f} played a little tune. "How did you do that?" asked {h}. "With {x} every day," said {f}.
"The secret is simple," said {f}. "It is {x} every single day."
-
So {h} practiced. After a week {he} could play one line. After a month {he} could play a song.
{h} did it every day, even when {he} did not want to. Slowly the sounds became music.
Day after day {h} practiced, and {f} tapped the beat.
At first nothing changed. But after some weeks, the birds stopped flying away.
-
Then there was a party, and {h} played for everyone. People began to dance.
One evening {h} played in front of everyone. Nobody covered their ears. They clapped.
Then came the day when people stopped to listen. Someone even danced.
"Who is playing so well?" people asked. It was {h}!
-
"And I almost gave up," said {h}. {f} winked at {him}.
"Did you hear that?" {h} asked. "I did," said {f}. "Every single note."
{h} {smiled} and played one more song, just for {f}.
"Tomorrow I will learn a new song," said {h}.

# quarrel hero=gba obj=toy place=oi help=ka themes=forgiveness,sharing,friendship wx=all nt=lonely
t: The Quarrel
t: {h} and {f}
g: who has a fight with a friend
g: who says sorry
g: who quarrels about {ao}
g: and a quarrel about {ao}
s: quarreled with {fi} about {ao} {pp}, but then {he} said sorry, and they took turns
x: a drawing ; a flower ; a small note ; a cookie
-
{h} and {fi} were best friends.
{h} had a best friend. It was {fi}.
{h} and {fi} did everything together.
Every day {h} played with {fi}.
-*
they found {ao} {pp}. "It is mine!" said {h}. "No, mine!" said {f}.
they were {pp} and saw {ao}. Both wanted it.
they were playing {pp} with {ao}. "You had it long enough," said {f}. "No, I did not," said {h}.
there was trouble {pp}. {h} had {ao}, and {f} wanted it too.
-
{h} pulled on one side, and {f} pulled on the other.
They shouted at each other, and neither let go.
{h} said something mean, and {f} said something mean too.
They pulled at the {os} until it almost broke.
-
"I do not want to play with you anymore!" said {f}, and {fhe} went away.
{f} ran home with tears in {fhis} eyes.
"Then keep it!" shouted {f}, and {fhe} walked off.
They turned their backs, and each went home alone.
-
{h} had the {os} now, but it was no fun. Playing alone was boring.
Now {h} could play with the {os} all day. But {he} did not want to.
{h} played alone for a while. There was nobody to laugh with.
{h} looked at the {os}. It did not seem so special anymore.
-
"I miss {f}," {he} thought. "I was wrong."
{h} thought about the mean words, and {his} face grew hot.
"A toy cannot be a friend," thought {h}.
In the evening {h} could not sleep. {He} knew what {he} had to do.
-
So {he} took {x} and the {os} and went to see {f}.
The next day {h} stood in front of {f} with {x}.
{h} made up {his} mind. {He} went to {f} and gave {fhim} {x}.
{h} got {x} ready and knocked at {f}'s door.
-
"I am sorry," said {h}. "I am sorry too," said {f} at once.
"I am sorry that I shouted," said {h}. {f} smiled. "I missed you," {fhe} said.
"You can have the {os}," said {h}. "I want my friend back." {f} gave {him} a hug.
"Can we be friends again?" asked {h}. "We never stopped," said {f}.
-
After that they took turns with the {os}. One day it was {h}'s, and the next day it was {f}'s.
They made a game that needed two players, and it was more fun than before.
They laughed about the quarrel, and then they played until it was dark.
From then on they asked, "Whose turn is it?" and there was no more shouting.

# small hero=gba obj=shiny place=oi help=ka no=g nt=proud,brave animalsmall=1 themes=helping,courage wx=mild
t: Small but Strong
t: {h} the Small
g: who is too small
g: who is small but helps
g: who wishes to be big
g: and {ao} in a narrow hole
s: was the smallest of all, but when {fi} lost {ao} in a narrow hole {pp}, only {h} could crawl in and get it back
s: crawled into a narrow hole {pp}, where nobody else could fit, and got {ao} back for {fi}
x: climb the high wall ; carry the big logs ; play in the big team ; pull the heavy cart
-
{h} was the smallest of all.
Everyone around {h} was taller and stronger.
{h} was so small that people often did not see {him}.
"I wish I were big," {h} said every day.
-
When {he} wanted to {x}, the others said, "You are too small."
{He} tried to {x}, but {he} could not do it.
The others could {x}. {h} could only watch.
"Can I {x} too?" {he} asked. "Wait until you are bigger," they said.
-*
{fi} was {pp} and looked upset. "My {o} fell into a narrow hole!" said {f}.
{h} met {fi} {pp}. "My {o} is gone," said {f}. "It fell between two big stones."
there was a great noise {pp}. {Fi} had dropped {ao} into a deep crack.
{fi} lost {ao} {pp}. It had rolled into a hole in the wall.
-
The strong ones tried to move the stones, but the stones did not move.
Everyone tried to reach it, but their arms were too thick.
One tried with a stick, and another tried with a hook. Nothing worked.
Many came to help, but nobody could get into the hole.
-
"May I try?" asked {h}. Some of them laughed.
"Let me do it," said {h} in a small voice. At first nobody heard {him}.
{h} looked at the hole. "It is just my size," {he} thought.
{h} pushed through the crowd. "I can get it," {he} said.
-
"Please do," said {f}. {h} took a deep breath and crawled into the hole.
{f} did not laugh. "Be careful," {fhe} said. And {h} went in.
"Why not?" said {f}. So {h} squeezed in, first {his} head, then the rest.
{f} held a rope, and {h} slipped into the dark hole.
-
It was dark and dusty, but {he} went on. Then {he} felt something cold. It was the {os}!
Inside it was black as night. {h} reached out and touched the {os}.
{He} crawled and crawled. At the very end something gleamed. There was the {os}.
Everyone waited. It was very quiet. Then {he} called, "I have it!"
-
When {h} came out with the {os}, everyone cheered.
{h} came out, covered in dust, and held up the {os}.
Out came {h} with a gray nose and the {os}. The crowd went wild.
Soon {h} was back and gave the {os} to {f}.
-
"Today only a small one could do it," said {f}.
"You are small, but you have a big heart," said {f}.
Nobody ever called {h} too small again.
"I think I am just the right size," said {h}, and {he} {smiled}.

# noise hero=gba obj=light,wear place=home help=ka nt=brave,sleepy themes=courage,kindness,curiosity wx=calmnight
t: The Strange Noise
t: What Was That?
g: who hears a strange noise
g: who finds out what makes a noise at night
g: and a strange noise
g: with {ao} and a strange noise
s: heard a strange noise {pp} at night, but it was only {fi}, who {y}
x: scratch, scratch ; tap, tap, tap ; bump, bump ; squeak, squeak
y: was looking for a warm place to sleep ; had lost the way in the rain ; was too shy to knock ; was trying to fix a loose board
-*
{h} was in bed, and the house was very quiet.
{h} had just closed {his} eyes.
it was late, and {h} was almost asleep.
everyone was sleeping, but {h} was still awake.
-
Then {h} heard a noise that came from somewhere {pp}. It went {x}.
All at once there was a strange sound {pp}: {x}!
Suddenly something made a noise {pp}. "{X}," it went.
Just before midnight, there was a noise {pp}. It was not loud, but it went {x}.
-
"What was that?" {he} whispered. {heart}.
{h} pulled the blanket up to {his} nose.
{h} sat up and did not dare to breathe.
"Is it a ghost?" thought {h}, and {his} ears grew hot.
-
{He} put {his} head under the pillow, but {he} could still hear it.
{He} told {himself} that it was the wind. But there was no wind.
{He} counted to twenty. The noise did not stop.
{He} called, "Go away!" It was quiet for a moment, and then it began again.
-
"I have to know what it is," said {h}. {He} took {ao} and went to look.
At last {h} was more curious than afraid. {He} picked up {ao} and tiptoed on.
{h} took {ao}, because it made {him} feel safe, and went toward the sound.
"I will be brave," said {h}. With {ao} in {his} {hands} {he} crept closer.
-
{He} looked behind a big box. There sat {fi}, who was shaking all over.
Slowly {he} looked around the corner. It was not a ghost. It was {fi}!
{He} opened a small door with a creak. "Please do not hurt me!" cried {fi}.
Something moved in the shadows, and then {fi} stepped out.
-
"Who are you?" asked {h}. "I am {f}," {fhe} said. "I did not mean to scare you. I {yi}."
"You scared me," said {h}. "And you scared me!" said {f}. "I {yi}."
"What are you doing here?" asked {h}. {f} looked down. "I {yi}," {fhe} said.
{f} was even more afraid than {h}. "I am sorry," {fhe} said. "I {yi}."
-
{h} had to laugh. {He} gave {f} the {os}. "Here, this will help," {he} said.
"You look cold," said {h}. {He} gave {fhim} the {os} and made some warm milk.
"You can stay here tonight," said {h}, and {he} put the {os} next to {fhim}.
"Do not be afraid," said {h}. "Take my {os}, and I will make us something warm to drink."
-
They talked half the night, and in the morning they were friends.
Soon both of them were fast asleep, and the house was quiet again.
After that, when {h} heard {x}, {he} only smiled. It was {f}, saying hello.
"Next time, just knock," said {h}. "Next time I will," said {f}.

# bottle hero=gbar obj=none place=wo help=k nt=grumpy themes=friendship,kindness,hope wx=fine
t: The Message in the Bottle
t: A Letter from the Water
g: who finds a message in a bottle
g: who gets a letter from far away
g: and a bottle with a message
g: who finds a bottle
s: found a message in a bottle {pp} and sent one back, and that is how {he} met {fi}
x: green ; blue ; brown ; round
y: I live on the other side, and I have nobody to play with. ; I am looking for a friend. Please write back. ; I can see your light at night. Who are you? ; Do you like jokes too? Please answer.
-
{h} often went down to the water to see what the waves had brought.
{h} liked to collect things that came from far away.
{h} lived near the water and listened to the waves every night.
The water was {h}'s favorite place.
-*
{h} was {pp} when {he} saw a {x} bottle in the water.
{h} walked along the shore {pp}. There lay a {x} bottle.
the waves brought a {x} bottle, and {h} found it {pp}.
something was floating {pp}. It was a {x} bottle.
-
There was a piece of paper inside. But the bottle was closed with a cork, and the cork was stuck.
Inside {he} saw a letter, but {he} could not get the bottle open.
"There is something in it!" said {h}. But the cork would not move.
A note was inside. {h} shook the bottle, but the note did not come out.
-
{He} pulled and pulled. Plop! At last it opened.
{He} warmed the cork in the sun. Then it slid out.
{He} twisted the cork slowly, and it came out with a pop.
{He} used a little hook, and after a while the cork was out.
-
"Hello," {he} read. "My name is {f}. {y}"
{He} read the letter out loud. "Dear stranger, I am {f}. {y}"
The letter said, "I am {f}, and I am [seven|eight|nine] years old. {y}"
On the paper stood, "My name is {f}. {y}"
-
{h} got a pencil at once and wrote an answer. Then {he} threw the bottle back into the water.
{h} wrote back, "Hello {f}, I am {h}. I would like to be your friend." The waves took the bottle away.
{h} put an answer and a little drawing into the bottle and gave it to the waves.
"I will answer," said {h}. {He} wrote a long letter and sent the bottle off.
-
{He} waited one day, two days, a whole week. No bottle came.
Every morning {he} looked for the bottle. There was nothing but foam.
{He} waited for so long that {he} almost forgot about it.
Many days passed, and {h} almost lost hope.
-
Then a small boat came. In it sat {fi}. "Are you {h}?" {fhe} asked.
Then, one afternoon, a boat landed. {Fi} jumped out with a {x} bottle. "I got your letter!" {fhe} called.
But one day a voice called, "{h}! {h}!" It was {fi}, who waved from a boat.
And then someone stood at the door with the {x} bottle. It was {fi}.
-
They talked and laughed as if they had always known each other.
They played until the sun went down. It was the first of many visits.
"It is nice to meet you at last," said {h}, and {he} {smiled}.
Since then they write each other a letter every week.

# finder hero=gba obj=found place=otg help=oka themes=honesty,kindness,trust wx=all
t: {h} Finds {Aot}
t: The Honest Finder
g: who finds {ao}
g: who finds {ao} and gives it back
g: who is honest
g: who finds something that belongs to someone else
s: found {ao} {pp} and wanted to keep it, but {he} gave it back to {fi} and got {y}
y: a big hug ; a warm bun ; a front seat at the puppet show ; a ride on a pony ; a little music box
-
{h} never had much, but {he} was happy with what {he} had.
{h} often dreamed of finding something special.
{h} had been saving for a long time, but {his} piggy bank was still almost empty.
{h} liked to walk with {his} eyes on the ground.
-*
{h} was {pp} and saw {ao} on the ground.
{h} almost stepped on something {pp}. It was {ao}!
{h} found {ao} {pp}. There was nobody around.
{h} was walking {pp}. Right in front of {his} feet lay {ao}.
-
"What a fine {os}!" said {h}. "Can I keep it?"
{He} picked it up. It was so nice that {he} did not want to let it go.
{h} put the {os} under {his} {coat} and looked around. Nobody had seen {him}.
"Finders keepers," thought {h}. But {he} was not sure.
-
{He} took a few steps. The {os} felt heavier and heavier.
{He} wanted to be happy, but a little voice inside asked, "Whose is it?"
Then {he} thought, "Someone may be looking for it and crying."
{He} tried to think of other things, but {he} could not.
-
"I will find the owner," said {h}. {He} asked one person, then another. Nobody knew.
So {h} stood up on a box. "Who has lost something?" {he} called. Nobody answered.
{He} made a sign and hung it up, and then {he} waited.
{He} went from door to door, but everyone shook their heads.
-
Then {he} saw {fi}, who was looking for something on the ground.
In the end {he} met {fi}, who had been crying.
At last {fi} came running. "Have you seen my {o}?" {fhe} asked.
Late in the day {fi} came along, looking very worried.
-
"Is this your {os}?" asked {h}. {f}'s face lit up. "Yes! Where did you find it?"
{h} held out the {os}. "Is it yours?" {he} asked. {f} could not speak for joy.
"Please tell me what you have lost," said {h}. "It is {ao}," said {f}. {h} gave it to {fhim} at once.
{h} took out the {os}. "Oh, thank you!" said {f}. "I looked for it all day."
-
"My mother gave it to me long ago," said {f}. "Nothing else could take its place."
"You could have kept it," said {f}. "Yes," said {h}, "but it was not mine."
"There are not many like you," said {f}.
"I thought that I would never see it again," said {f}.
-
To say thank you, {f} gave {him} {y}.
{h} did not want anything for it, but {f} gave {him} {y} anyway.
And {h} got {y}. But the best thing was that {he} felt light and glad.
{h} went home without the {os}, but with {y} and a happy heart.

# clock hero=gbar obj=climb place=village help=okap themes=patience,curiosity,helping wx=all
t: The Clock That Stopped
t: {h} and the Old Clock
g: who fixes the old clock
g: and a clock that stopped
g: who finds out why a clock has stopped
g: with {ao} and an old clock
s: found out that the big clock {pp} had stopped because of {x}, and {he} set it going again with {fi} and {ao}
x: a small nest ; an old acorn ; a thick spider web ; a lost mitten
-
High up on the tower there was a big old clock.
Everyone set their time by the big tower clock.
The old tower clock had never been wrong.
Tick, tock, tick, tock, went the big clock on the tower, day and night.
-*
the big clock {pp} stopped. It said half past three all day.
{h} looked up at the clock {pp}. Its hands did not move.
it was very quiet {pp}. The clock did not tick anymore.
everyone {pp} was confused. The tower clock had stopped!
-
People had breakfast at noon, and nobody knew when to go to bed.
The children were late for school, and the bread was burned.
"What time is it?" everyone asked, and nobody could answer.
The train left early, and the shops stayed closed.
-
A strong man shook the clock, but it did not help.
Someone hit it with a broom. Nothing happened.
The mayor shouted at the clock, but clocks do not listen.
Many people gave advice, but nobody climbed up to look.
-
"I will have a look," said {h}. {Fi} came along with {ao}.
{h} was curious. {He} asked {fi} for help, and {f} brought {ao}.
"We should look inside," said {h} to {fi}, who had {ao}.
{h} went to {fi}. "May I use your {o}?" {he} asked. "Yes," said {f}, "and I will come with you."
-
With the {os} they climbed up the dark tower, step by step.
They went up [ninety|a hundred|two hundred] steps and took the {os} with them.
{f} carried the {os}, and {h} opened the little door behind the clock.
It was dusty up there. {f} held the {os}, and {h} looked at each wheel.
-
"Look!" said {h}. Between the wheels there was {x}.
{h} did not push or pull. {He} looked for a long time. Then {he} saw {x} between two wheels.
"Do not rush," said {f}. So {h} looked at one wheel after another. And there was {x}!
{h} listened closely. Something was stuck. It was {x}.
-
Very gently {he} took it out, and the wheels began to turn.
{h} lifted it out with care. Tick. Tock. Tick. Tock.
{He} took it away, and {f} gave the big wheel a push. It worked!
Slowly, with the help of the {os}, they got it out. The clock took a deep breath and ticked.
-
Down below everyone cheered, and the clock struck [four|five|six].
{h} and {f} were asked to take care of the clock from then on.
"You only needed to look," said {f}. {h} {smiled}.
From then on, {h} went up once a week to say hello to the clock.

# gran hero=gba obj=food,gift place=on help=p nt=lonely themes=kindness,sharing,helping wx=all
t: A Present for {f}
t: {h} Visits {f}
g: who brings {ao} to {his} {fw}
g: who visits {his} {fw}
g: who has a present for {his} {fw}
g: with {ao} for {his} {fw}
s: wanted to bring {ao} to {his} {fw}, but {he} gave it to {x} {pp}, and {f} was proud of {him}
x: a poor old woman ; a tired traveler ; a lost child ; an old man with a stick
-*
{h} wanted to visit {his} {fw}, who was sick in bed.
{h} set out to see {his} {fw}, who lived alone in a little house.
{h} was on the way to {his} {fw}. {He} had not seen {fhim} for a long time.
{h} wanted to cheer up {his} {fw}, who had a bad cold.
-
{He} got {ao} ready as a present.
"I will bring {fhim} {ao}," {he} said.
For {fhim} {he} had {ao}, packed in paper.
In {his} basket {he} had {ao}.
-
{He} was {pp}, halfway there, when {he} met {x}.
{He} went on {his} way. There was someone {pp}. It was {x}.
Halfway there, {pp}, {he} saw {x}.
{h} was hurrying along {pp}. Suddenly {x} stood before {him}.
-
"I have had a very hard day," said the stranger. "What a nice {os} you have."
The stranger looked so sad that {h} stopped. "Can I help you?" {he} asked.
"Nobody has talked to me all week," said the stranger.
The stranger was sitting on a stone and sighing. "I have nothing at all," the stranger said.
-
{h} looked at the {os}. It was for {his} {fw}. What should {he} do?
{h} thought of {his} {fw}. Then {he} looked at the stranger's sad face.
{h} wanted to walk on, but {his} feet would not go.
First {h} shook {his} head. But then {he} turned around.
-
"Please take this," said {h}, and {he} gave the {os} away.
"You need it more than we do," said {h}. {He} held out the {os}.
"This is for you," said {h}. The stranger took the {os} and smiled for the first time.
{h} gave the {os} to the stranger. "I hope it makes you feel better," {he} said.
-
"You have a good heart," said the stranger, and {h} went on with empty {hands}.
The stranger's eyes grew wet. "Thank you," was all the stranger could say.
"I will not forget this," said the stranger.
The stranger pointed out a short cut and waved for a long time.
-
When {h} arrived, {he} said, "I had {ao} for you, but I gave it away." And {he} told {f} the whole story.
At last {h} was there. "I have no present for you," {he} said, and {he} explained why.
"I am sorry, {f}," said {h}. "I come with nothing." Then {he} told {fhim} what had happened.
{f} opened the door. "I had a present," said {h}, and {he} told {fhim} everything.
-
{f} took {him} in {fhis} arms. "That story is the best present of all," {fhe} said.
"You gave me something better," said {f}. "You made me proud."
{f} laughed. "Then let us have some tea, and you can tell it again," {fhe} said.
"You have a kind heart," said {f}, "and that is better than any {os}."

# build hero=gbar obj=craft place=buildplace help=ka nt=patient themes=teamwork,patience,hope wx=mild
t: {h} Builds {Aot}
t: Try Again
g: who builds {ao}
g: who wants to build {ao}
g: who does not give up
g: and {ao} that falls down
s: built {ao} {pp} three times, and each time it fell apart, until {fi} helped {him} plan it well
x: a good plan ; a strong base ; more rope ; a steady frame
-
{h} had a big dream. {He} wanted to build {ao}.
{h} liked to make things, and now {he} wanted to make {ao}.
"I am going to build {ao}," {h} told everyone.
For days {h} had drawn pictures of {ao}.
-*
{h} took everything {he} needed and went {top}.
{h} started to work {pp}.
{h} began to build {pp}. {He} was so excited that {he} did not stop once.
{h} was {pp} with a hammer, some paper, and lots of glue.
-
{He} worked very fast. But when {he} was done, the {os} wobbled and fell apart.
It looked good at first. Then there was a crack, and the {os} fell down.
The first {os} held for only a minute.
Bang! Down came the {os}, and {h} sat in the middle of the mess.
-
{He} tried again, even faster. It fell down again.
{He} built it a second time. A little wind came, and it was gone.
{He} used more glue, but that only made {his} {hands} sticky.
"One more time," said {h}. But the second one was worse than the first.
-
Some others laughed. But {fi} did not laugh. "I like your idea," said {f}.
{h} kicked a stone. "It will never work," {he} said. "Maybe it will," said a voice. It was {fi}.
Then {fi} looked at the mess. "It is almost right," said {f}.
{Fi} had been watching. "May I say something?" asked {f}.
-
"It only needs {x}," said {f}. "Shall we try it together?"
"You are too fast," said {f}. "First we need {x}."
"I think the trick is {x}," said {f}. {h} thought about it and nodded.
"What you need is {x}," said {f}, "and someone to hold the other end."
-
This time they worked slowly. {f} held, and {h} built.
They measured everything twice. Piece by piece, the {os} took shape.
They made a small model first. Then they built the real one.
{h} and {f} worked side by side and did not hurry.
-
In the evening the {os} stood firm. They shook it, and it did not fall.
The wind came back and blew, but the {os} did not move.
And it held! The {os} was just like the one in {h}'s dream.
At last it was done, and it was the finest {os} anyone had seen.
-
"Third time lucky," said {h}. "Third time together," said {f}.
The ones who had laughed came to look. "Can you show us how?" they asked.
{h} put up a sign with two names: {h} and {f}.
{h} {smiled}. "What shall we build next?" {he} asked.
"""
